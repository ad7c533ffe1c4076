package io.balsa.raft.testkit.conformance;

import static io.balsa.raft.testkit.conformance.Bench.LATER;
import static io.balsa.raft.testkit.conformance.Values.announced;
import static io.balsa.raft.testkit.conformance.Values.at;
import static io.balsa.raft.testkit.conformance.Values.bytes;
import static io.balsa.raft.testkit.conformance.Values.run;
import static io.balsa.raft.testkit.conformance.Values.voted;

import io.balsa.raft.storage.EntryRun;
import io.balsa.raft.storage.LogEntry;
import io.balsa.raft.storage.SnapshotInfo;
import io.balsa.raft.storage.SnapshotSink;
import io.balsa.raft.storage.StorageException;
import io.balsa.raft.storage.StoredState;
import io.balsa.raft.testkit.conformance.BrokenPromiseError.Evidence;
import io.balsa.raft.testkit.conformance.StorageUnderTest.Ability;
import java.util.List;
import java.util.Optional;

/** What is told, and what is found, when an operation of the disk fails. */
final class FailurePromises {

    static final List<StoragePromise> ALL = List.of(
            promise(
                    "failed-writes-are-told",
                    "If an operation of the disk fails while term, vote or entries are written and synced, one of these"
                            + " calls throws, and the next opening finds what was synced before.",
                    FailurePromises::failedWritesAreTold),
            promise(
                    "failed-syncs-are-not-tried-again",
                    "After a write or a sync that failed no later sync returns: nobody knows what the disk holds.",
                    FailurePromises::failedSyncsAreNotTriedAgain),
            promise(
                    "failed-snapshots-hurt-nothing-else",
                    "If an operation fails while a snapshot is written, that is told with a StorageException; what was"
                            + " synced stays, and there is no part of the snapshot.",
                    FailurePromises::failedSnapshotsHurtNothingElse),
            promise(
                    "failed-reads-are-told",
                    "If an operation fails while entries or a snapshot are read, that is told with a StorageException: no"
                            + " other bytes are returned.",
                    FailurePromises::failedReadsAreTold),
            promise(
                    "failed-opening-changes-nothing",
                    "If an operation fails while the store is opened, that is told with a StorageException, and nothing is"
                            + " lost.",
                    FailurePromises::failedOpeningChangesNothing));

    private FailurePromises() {}

    /** What is done, of which an operation fails. */
    private interface Attempt {
        /** Returns whether the operation has come. */
        boolean failing(Bench bench, int operation);
    }

    private static StoragePromise promise(String name, String sentence, Attempt attempt) {
        return StoragePromise.ofMany(
                name, sentence, storage -> everywhere(storage, attempt), Ability.CRASH, Ability.FAIL_AT_OPERATION);
    }

    private static void everywhere(StorageUnderTest storage, Attempt attempt) throws Exception {
        boolean[] hit = {true};
        for (int operation = 0; hit[0] && operation < Crashes.MAX_OPERATIONS; operation++) {
            int at = operation;
            Bench.use(storage, bench -> {
                try {
                    hit[0] = attempt.failing(bench, at);
                } catch (Evidence e) {
                    throw new Evidence("When operation " + at + " fails: " + e.getMessage());
                }
            });
        }
        Expect.that(!hit[0], "A few calls take more than " + Crashes.MAX_OPERATIONS + " operations.");
    }

    /** What these calls throw, of which an operation fails; nothing if they return. */
    private static Optional<Throwable> thrown(Bench bench, int operation, Runnable calls) {
        bench.store().failAt(operation);
        try {
            calls.run();
            return Optional.empty();
        } catch (Evidence e) {
            throw e;
        } catch (RuntimeException | Error e) {
            if (!bench.store().isHit()) {
                throw e;
            }
            return Optional.of(e);
        }
    }

    private static void requireStorageException(Optional<Throwable> thrown) {
        thrown.ifPresent(e -> Expect.that(e instanceof StorageException, "Not a StorageException is thrown, but " + e));
    }

    private static void writeAndSync(Bench bench, Ledger ledger) {
        ledger.write(bench, voted(3, 1));
        ledger.append(bench, run(2, 3, "B"));
        ledger.append(bench, run(3, 3, "C", "D"));
        ledger.sync(bench);
    }

    private static Ledger begun(Bench bench) {
        Ledger ledger = new Ledger();
        ledger.write(bench, voted(1, 2));
        ledger.append(bench, run(1, 1, "a", "b", "c"));
        ledger.sync(bench);
        return ledger;
    }

    private static boolean failedWritesAreTold(Bench bench, int operation) {
        Ledger ledger = begun(bench);
        Optional<Throwable> thrown = thrown(bench, operation, () -> writeAndSync(bench, ledger));
        boolean hit = bench.store().isHit();
        StoredState found = bench.crashAndOpen(0);
        List<LogEntry> entries = bench.entriesOf(found);
        if (thrown.isEmpty()) {
            Expect.equal(entries, ledger.log(), "the entries after a crash, since no call has thrown");
            Expect.equal(
                    found.hardState(), ledger.hardState(), "term and vote after a crash, since no call has thrown");
        }
        Expect.that(
                ledger.logsSinceSync().contains(entries)
                        && ledger.hardStatesSinceSync().contains(found.hardState()),
                "What was synced before is not found, but " + found + " " + entries);
        return hit;
    }

    private static boolean failedSyncsAreNotTriedAgain(Bench bench, int operation) {
        Ledger ledger = begun(bench);
        Optional<Throwable> thrown = thrown(bench, operation, () -> writeAndSync(bench, ledger));
        boolean hit = bench.store().isHit();
        thrown.ifPresent(failure -> {
            Expect.refusal(RuntimeException.class, "A sync after " + failure, bench.storage()::sync);
            Expect.refusal(
                    RuntimeException.class, "Another entry after " + failure, () -> bench.append(run(2, 4, "x")));
        });
        bench.crash(0);
        return hit;
    }

    private static boolean failedSnapshotsHurtNothingElse(Bench bench, int operation) {
        bench.appendSix();
        List<LogEntry> before = bench.entriesFrom(1);
        String contents = Values.longText();
        Optional<Throwable> thrown = thrown(bench, operation, () -> {
            try (SnapshotSink sink = bench.storage().beginSnapshot(at(4, 2), 2, LATER)) {
                sink.write(bytes(contents));
                sink.commit();
            }
        });
        boolean hit = bench.store().isHit();
        requireStorageException(thrown);
        boolean appended = appends(bench, run(7, 2, "later"));

        StoredState found = bench.crashAndOpen(0);
        List<LogEntry> entries = bench.entriesOf(found);
        Expect.equal(entries.subList(0, before.size()), before, "the entries of before");
        Expect.that(!appended || entries.size() > before.size(), "An entry was synced after the failure, and is gone.");
        Expect.that(
                thrown.isPresent() || found.snapshot().isPresent(),
                "The commit has returned, but there is no snapshot.");
        if (found.snapshot().isPresent()) {
            SnapshotInfo whole = announced(at(4, 2), contents);
            Expect.equal(found.snapshot().get(), whole, "the snapshot");
            Expect.that(bench.contentsOf(at(4, 2)).equals(contents), "The snapshot has other bytes than were written.");
        } else {
            Expect.that(!bench.hasSnapshot(at(4, 2)), "A snapshot can be opened that could not be written.");
        }
        return hit;
    }

    /** Whether the store takes this run; it may be that it takes nothing any more. */
    private static boolean appends(Bench bench, EntryRun run) {
        try {
            bench.append(run);
            return true;
        } catch (RuntimeException e) {
            return false;
        }
    }

    private static boolean failedReadsAreTold(Bench bench, int operation) {
        bench.appendSix();
        String contents = Values.longText();
        bench.take(at(4, 2), contents);
        bench.reopen();
        Optional<Throwable> thrown = thrown(bench, operation, () -> {
            Expect.equal(bench.entriesFrom(1).size(), 6, "how many entries are read");
            Expect.that(bench.contentsOf(at(4, 2)).equals(contents), "Other bytes are read than were written.");
        });
        boolean hit = bench.store().isHit();
        requireStorageException(thrown);
        bench.crash(0);
        return hit;
    }

    private static boolean failedOpeningChangesNothing(Bench bench, int operation) {
        bench.appendSix();
        bench.storage().writeHardState(voted(3, 1));
        bench.take(at(4, 2), "state");
        bench.append(run(6, 3, "F"));
        StoredState before = bench.reopen();
        List<LogEntry> entries = bench.entriesOf(before);
        bench.crash(0);

        Optional<Throwable> thrown = thrown(bench, operation, bench::open);
        boolean hit = bench.store().isHit();
        requireStorageException(thrown);

        StoredState found = bench.crashAndOpen(0);
        Expect.equal(found, before, "what the next opening tells");
        Expect.equal(bench.entriesOf(found), entries, "the entries after the next opening");
        return hit;
    }
}
