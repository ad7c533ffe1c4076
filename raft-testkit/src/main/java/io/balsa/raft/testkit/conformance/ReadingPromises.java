package io.balsa.raft.testkit.conformance;

import static io.balsa.raft.testkit.conformance.Bench.UNLIMITED;
import static io.balsa.raft.testkit.conformance.Values.entries;
import static io.balsa.raft.testkit.conformance.Values.run;
import static io.balsa.raft.testkit.conformance.Values.runOfSize;

import io.balsa.raft.storage.EntryRun;
import io.balsa.raft.storage.LogEntry;
import io.balsa.raft.storage.Storage;
import io.balsa.raft.testkit.conformance.StorageUnderTest.Ability;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** What is read, and how much of it. */
final class ReadingPromises {

    private static final int CONCURRENT_READS = 2000;

    static final List<StoragePromise> ALL = List.of(
            StoragePromise.of(
                    "reads-what-is-not-synced",
                    "Entries can be read as soon as they are appended, synced or not.",
                    ReadingPromises::readsWhatIsNotSynced),
            StoragePromise.of(
                    "reads-exactly-the-range",
                    "A read returns the entries from the first to the last that were asked for, in runs without a gap, and"
                            + " none before or after.",
                    ReadingPromises::readsExactlyTheRange),
            StoragePromise.of(
                    "reads-what-there-is",
                    "A read that asks for more entries than the log has returns those that it has, and none if it ends"
                            + " before the first.",
                    ReadingPromises::readsWhatThereIs),
            StoragePromise.of(
                    "reads-stop-at-the-limit",
                    "When the runs that were read have as many bytes as asked for, the rest is left out, and no sooner.",
                    ReadingPromises::readsStopAtTheLimit),
            StoragePromise.of(
                    "reads-at-least-one",
                    "At least one entry is returned, however few bytes were asked for.",
                    ReadingPromises::readsAtLeastOne),
            StoragePromise.of(
                    "reads-never-mix",
                    "While entries are dropped and appended by another thread, a run that is read has the old entries or"
                            + " the new, never both.",
                    ReadingPromises::readsNeverMix,
                    Ability.THREADS));

    private ReadingPromises() {}

    private static void readsWhatIsNotSynced(Bench bench) {
        bench.storage().append(run(1, 1, "a"));
        bench.storage().append(run(2, 1, "b", "c"));

        Expect.equal(bench.entriesFrom(1), entries(run(1, 1, "a", "b", "c")), "the entries, not yet synced");
    }

    private static void readsExactlyTheRange(Bench bench) {
        EntryRun all = run(1, 1, "e1", "e2", "e3", "e4", "e5", "e6");
        bench.append(all.slice(1, 3), all.slice(4, 4), all.slice(5, 6));
        for (int from = 1; from <= 6; from++) {
            for (int to = from; to <= 6; to++) {
                List<EntryRun> runs = bench.storage().read(from, to, UNLIMITED);
                Expect.equal(
                        entries(runs.toArray(EntryRun[]::new)),
                        entries(all.slice(from, to)),
                        "entries " + from + " to " + to);
            }
        }
    }

    private static void readsWhatThereIs(Bench bench) {
        bench.append(run(1, 1, "a", "b"));

        List<EntryRun> runs = bench.storage().read(2, Long.MAX_VALUE, UNLIMITED);
        Expect.equal(runs, List.of(run(2, 1, "b")), "what is read from 2 on of a log that ends there");
        Expect.equal(bench.storage().read(3, 3, UNLIMITED), List.of(), "what is read past the end of the log");
        Expect.equal(bench.storage().read(9, 12, UNLIMITED), List.of(), "what is read far past the end of the log");
    }

    private static void readsStopAtTheLimit(Bench bench) {
        for (int index = 1; index <= 6; index++) {
            bench.storage().append(runOfSize(index, 1, 1000));
        }
        bench.storage().sync();
        int size = runOfSize(1, 1, 1000).sizeBytes();

        for (int runs = 1; runs <= 6; runs++) {
            List<EntryRun> read = bench.storage().read(1, 6, runs * size);
            Expect.equal(
                    read.size(),
                    runs,
                    "how many of 6 runs, of " + size + " bytes each, are read within " + runs * size);
        }
    }

    private static void readsAtLeastOne(Bench bench) {
        bench.append(run(1, 1, "a", "b", "c"), runOfSize(4, 1, 100_000));
        for (int from = 1; from <= 4; from++) {
            List<EntryRun> read = bench.storage().read(from, 4, 1);
            Expect.that(!read.isEmpty(), "Nothing is read of entry " + from + " within 1 byte.");
            Expect.equal(read.get(0).firstIndex(), (long) from, "the first index that is read within 1 byte");
        }
    }

    private static void readsNeverMix(Bench bench) {
        Storage storage = bench.storage();
        bench.append(run(1, 1, "a1", "b1", "c1", "d1"));
        CompletableFuture<List<EntryRun>> reader = CompletableFuture.supplyAsync(() -> readAgainAndAgain(storage));
        for (long term = 2; !reader.isDone(); term++) {
            storage.append(run(1, term, "a" + term, "b" + term, "c" + term, "d" + term));
            storage.append(run(3, term, "C" + term, "D" + term));
            if (term % 64 == 0) {
                storage.sync();
            }
        }
        try {
            reader.join().forEach(ReadingPromises::requireWhole);
        } catch (CompletionException e) {
            throw Expect.seen("A read by another thread has thrown " + e.getCause());
        }
    }

    private static List<EntryRun> readAgainAndAgain(Storage storage) {
        List<EntryRun> read = new ArrayList<>();
        for (int reads = 0; reads < CONCURRENT_READS; reads++) {
            read.addAll(storage.read(1, 4, UNLIMITED));
        }
        return read;
    }

    private static void requireWhole(EntryRun run) {
        for (LogEntry entry : run.entries()) {
            String payload = Values.text(ByteBuffer.wrap(entry.data()));
            Expect.equal(payload.substring(1), Long.toString(run.term()), "the term in the payload of " + entry);
        }
    }
}
