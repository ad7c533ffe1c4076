package io.balsa.raft.testkit.conformance;

import static io.balsa.raft.testkit.conformance.Values.at;
import static io.balsa.raft.testkit.conformance.Values.entries;
import static io.balsa.raft.testkit.conformance.Values.membershipRun;
import static io.balsa.raft.testkit.conformance.Values.run;
import static io.balsa.raft.testkit.conformance.Values.runOfSize;

import io.balsa.raft.storage.EntryKind;
import io.balsa.raft.storage.EntryRun;
import io.balsa.raft.storage.LogPosition;
import io.balsa.raft.storage.StoredState;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** What is appended, and what is told of it. */
final class LogPromises {

    private static final int MIB = 1 << 20;

    static final List<StoragePromise> ALL = List.of(
            StoragePromise.of(
                    "entries-are-kept",
                    "Entries that were synced are found again, with their terms, kinds and payloads as they were appended.",
                    LogPromises::entriesAreKept),
            StoragePromise.of(
                    "any-size-is-kept",
                    "Payloads of no bytes and of many megabytes, and runs of many entries, come back byte by byte.",
                    LogPromises::anySizeIsKept),
            StoragePromise.of(
                    "last-position-is-told",
                    "The position of the last entry is told, and that the log begins at its beginning as long as no"
                            + " snapshot stands for it.",
                    LogPromises::lastPositionIsTold),
            StoragePromise.of(
                    "term-starts-are-told",
                    "For each term that has entries, the first of them is told; terms without entries are not.",
                    LogPromises::termStartsAreTold),
            StoragePromise.of(
                    "memberships-are-told",
                    "The memberships that are in the log are told, with all that is in them, in their order.",
                    LogPromises::membershipsAreTold),
            StoragePromise.of(
                    "nothing-is-promised-that-is-not-there",
                    "A store that has lost nothing says that it had promised no more than what it has.",
                    LogPromises::nothingIsPromisedThatIsNotThere),
            StoragePromise.of(
                    "gaps-are-refused",
                    "A run that begins more than one past the last entry is refused, and nothing is changed.",
                    LogPromises::gapsAreRefused),
            StoragePromise.of(
                    "restarts-change-nothing",
                    "However often the store is closed and opened, it holds the same, and goes on from there.",
                    LogPromises::restartsChangeNothing));

    private LogPromises() {}

    private static void entriesAreKept(Bench bench) {
        EntryRun noOp = EntryRun.of(4, 2, EntryKind.NO_OP, List.of(new byte[0]));
        EntryRun session = EntryRun.of(5, 9, EntryKind.SESSION, List.of(new byte[] {-1, 0, 1}, new byte[] {127, -128}));
        EntryRun membership = membershipRun(7, 9, Bench.LATER);
        EntryRun[] runs = {run(1, 1, "a", "b"), run(3, 1, "c"), noOp, session, membership};
        bench.append(runs);

        Expect.equal(bench.entriesFrom(1), entries(runs), "the entries");
        StoredState state = bench.reopen();
        Expect.equal(bench.entriesOf(state), entries(runs), "the entries after a restart");
    }

    private static void anySizeIsKept(Bench bench) {
        List<byte[]> many =
                IntStream.range(0, 20_000).mapToObj(i -> new byte[i % 3]).toList();
        EntryRun[] runs = {
            run(1, 1, "", "", ""),
            runOfSize(4, 1, 5 * MIB),
            run(5, 1, ""),
            runOfSize(6, 2, 1),
            runOfSize(7, 2, 65_536),
            EntryRun.of(8, 2, EntryKind.COMMAND, many)
        };
        bench.append(runs);

        Expect.that(bench.entriesFrom(1).equals(entries(runs)), "The entries that are read are not those appended.");
        StoredState state = bench.reopen();
        Expect.that(
                bench.entriesOf(state).equals(entries(runs)), "The entries after a restart are not those appended.");
    }

    private static void lastPositionIsTold(Bench bench) {
        bench.append(run(1, 3, "a", "b"), run(3, 8, "c", "d"));

        StoredState state = bench.reopen();

        Expect.equal(state.base(), LogPosition.ZERO, "the position before the first entry");
        Expect.equal(state.last(), at(4, 8), "the position of the last entry");
    }

    private static void termStartsAreTold(Bench bench) {
        bench.append(run(1, 1, "a"), run(2, 1, "b", "c"), run(4, 3, "d"), run(5, 7, "e"));

        Expect.equal(bench.reopen().termStarts(), List.of(at(1, 1), at(4, 3), at(5, 7)), "the terms");
    }

    private static void membershipsAreTold(Bench bench) {
        EntryRun first = membershipRun(2, 1, Bench.LATER);
        EntryRun second = membershipRun(4, 2, Bench.FOUNDING);
        bench.append(run(1, 1, "a"), first, run(3, 1, "b"), second, run(5, 2, "c"));

        Expect.equal(bench.reopen().memberships(), entries(first, second), "the memberships");
    }

    private static void nothingIsPromisedThatIsNotThere(Bench bench) {
        bench.append(run(1, 1, "a", "b", "c"));
        bench.append(run(2, 2, "B"));
        StoredState state = bench.reopen();

        Expect.equal(state.promised(), state.last(), "the position up to which entries were promised");
    }

    private static void gapsAreRefused(Bench bench) {
        bench.append(run(1, 1, "a"));

        Expect.refusal(
                RuntimeException.class,
                "A run at 3 after an entry at 1",
                () -> bench.storage().append(run(3, 1, "c")));

        StoredState state = bench.reopen();
        Expect.equal(bench.entriesOf(state), entries(run(1, 1, "a")), "the entries after a run was refused");
    }

    private static void restartsChangeNothing(Bench bench) {
        List<EntryRun> runs = new ArrayList<>();
        for (int i = 1; i <= 30; i++) {
            runs.add(run(i, 1 + i / 3, "entry " + i));
            bench.append(runs.get(i - 1));
            StoredState state = bench.reopen();
            Expect.equal(state, bench.reopen(), "what is told by two openings, one after the other");
            Expect.equal(
                    bench.entriesOf(state),
                    entries(runs.toArray(EntryRun[]::new)),
                    "the entries after restart " + 2 * i);
        }
    }
}
