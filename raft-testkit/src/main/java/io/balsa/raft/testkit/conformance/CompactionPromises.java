package io.balsa.raft.testkit.conformance;

import static io.balsa.raft.testkit.conformance.Values.at;
import static io.balsa.raft.testkit.conformance.Values.entries;
import static io.balsa.raft.testkit.conformance.Values.membershipRun;
import static io.balsa.raft.testkit.conformance.Values.run;
import static io.balsa.raft.testkit.conformance.Values.runOfSize;

import io.balsa.raft.storage.EntryRun;
import io.balsa.raft.storage.LogEntry;
import io.balsa.raft.storage.LogPosition;
import io.balsa.raft.storage.StoredState;
import java.util.List;

/** Entries that a snapshot stands for may go. */
final class CompactionPromises {

    private static final int MANY = 40;

    static final List<StoragePromise> ALL = List.of(
            StoragePromise.of(
                    "compaction-keeps-what-follows",
                    "Compaction up to an index keeps all entries after it, and leaves no gap.",
                    CompactionPromises::keepsWhatFollows),
            StoragePromise.of(
                    "compaction-tells-the-base",
                    "After a compaction the position before the first entry is told, not beyond the index, with its term,"
                            + " and the terms and memberships of the entries that are left.",
                    CompactionPromises::tellsTheBase),
            StoragePromise.of(
                    "compaction-needs-a-snapshot",
                    "Compaction of entries that no snapshot covers is refused with an IllegalArgumentException, and drops"
                            + " nothing.",
                    CompactionPromises::needsASnapshot),
            StoragePromise.of(
                    "compaction-may-be-repeated",
                    "Compaction up to an index that is gone already does nothing.",
                    CompactionPromises::mayBeRepeated),
            StoragePromise.of(
                    "log-goes-on-after-compaction",
                    "After a compaction the log is appended to and dropped from as before, also when all of it was"
                            + " compacted.",
                    CompactionPromises::logGoesOn));

    private CompactionPromises() {}

    /** Entries 1 to 40, of two runs to a term, large enough for several segments. */
    private static EntryRun[] many() {
        EntryRun[] runs = new EntryRun[MANY];
        for (int i = 0; i < MANY; i++) {
            runs[i] = runOfSize(i + 1, 1 + i / 2, 2000);
        }
        return runs;
    }

    private static LogPosition ofMany(long index) {
        return index == 0 ? LogPosition.ZERO : at(index, 1 + (index - 1) / 2);
    }

    private static void keepsWhatFollows(Bench bench) {
        EntryRun[] runs = many();
        List<LogEntry> all = entries(runs);
        bench.append(runs);
        for (int index : List.of(1, 7, 20, 39)) {
            bench.take(ofMany(index), "state " + index);
            bench.storage().compact(index);
            bench.storage().sync();
            Expect.that(
                    bench.entriesFrom(index + 1).equals(all.subList(index, MANY)),
                    "The entries after " + index + " have changed by a compaction up to there.");
            StoredState state = bench.reopen();
            Expect.equal(state.last(), ofMany(MANY), "the last entry");
            Expect.that(
                    bench.entriesOf(state).equals(all.subList((int) state.base().index(), MANY)),
                    "The entries after " + state.base() + ", where the log begins, have changed.");
        }
    }

    private static void tellsTheBase(Bench bench) {
        EntryRun kept = membershipRun(MANY + 1, 30, Bench.LATER);
        bench.append(many());
        bench.append(kept);
        bench.take(ofMany(30), "state");
        bench.storage().compact(25);
        bench.storage().sync();

        StoredState state = bench.reopen();

        long base = state.base().index();
        Expect.that(base <= 25, "The log begins after " + base + ", but was compacted up to 25 only.");
        Expect.equal(state.base(), ofMany(base), "the position before the first entry");
        Expect.equal(state.termStarts().get(0), ofMany(base + 1), "the first entry of the first term that is left");
        Expect.equal(state.memberships(), entries(kept), "the memberships");
        Expect.equal(state.snapshot().orElseThrow().last(), ofMany(30), "the end of the snapshot");
    }

    private static void needsASnapshot(Bench bench) {
        bench.appendSix();
        Expect.refusal(
                IllegalArgumentException.class,
                "Compaction without a snapshot",
                () -> bench.storage().compact(1));
        bench.take(at(4, 2), "state");
        Expect.refusal(
                IllegalArgumentException.class,
                "Compaction beyond the snapshot",
                () -> bench.storage().compact(5));
        Expect.equal(bench.entriesFrom(1).size(), 6, "how many entries there are");
    }

    private static void mayBeRepeated(Bench bench) {
        bench.append(many());
        bench.take(ofMany(30), "state");
        bench.storage().compact(30);
        bench.storage().compact(30);
        bench.storage().compact(10);
        bench.storage().compact(0);
        bench.storage().sync();

        StoredState state = bench.reopen();
        Expect.equal(bench.entriesOf(state).size(), MANY - (int) state.base().index(), "how many entries there are");
        Expect.equal(bench.entriesFrom(31), entries(many()).subList(30, MANY), "the entries after 30");
    }

    private static void logGoesOn(Bench bench) {
        bench.appendSix();
        bench.take(at(6, 2), "state");
        bench.storage().compact(6);
        bench.append(run(7, 3, "a", "b", "c"));
        bench.append(run(8, 4, "B"));
        EntryRun[] left = {run(7, 3, "a"), run(8, 4, "B")};
        Expect.equal(bench.entriesFrom(7), entries(left), "the entries after a log that was compacted whole");
        StoredState state = bench.reopen();
        Expect.equal(state.last(), at(8, 4), "the last entry");
        Expect.equal(bench.entriesFrom(7), entries(left), "the entries after a restart");
    }
}
