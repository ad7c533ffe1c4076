package io.balsa.raft.testkit.conformance;

import static io.balsa.raft.testkit.conformance.Values.at;
import static io.balsa.raft.testkit.conformance.Values.runOfSize;
import static io.balsa.raft.testkit.conformance.Values.voted;

import io.balsa.raft.storage.EntryRun;
import io.balsa.raft.storage.LogEntry;
import io.balsa.raft.storage.Scrub;
import io.balsa.raft.storage.SnapshotInfo;
import io.balsa.raft.storage.StorageException;
import io.balsa.raft.storage.StorageFullException;
import io.balsa.raft.storage.StoredState;
import io.balsa.raft.testkit.conformance.BrokenPromiseError.Evidence;
import io.balsa.raft.testkit.conformance.StorageUnderTest.Ability;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Upkeep: looking for room, doing without, and reading again what was written long ago. */
final class RoomPromises {

    static final List<StoragePromise> ALL = List.of(
            StoragePromise.of(
                    "looking-for-room-changes-nothing",
                    "Asking whether there is room changes nothing, and the answer is yes where there is.",
                    RoomPromises::lookingForRoomChangesNothing),
            StoragePromise.of(
                    "scrubbing-finds-nothing-in-a-sound-store",
                    "However often it is scrubbed, between writes and after a compaction, a store without damage has none,"
                            + " and nothing is changed.",
                    RoomPromises::scrubbingFindsNothingInASoundStore),
            full(
                    "full-disks-change-nothing",
                    "If there is no room for a run, that is told; nothing of it is taken, nor are the entries dropped that"
                            + " it replaces, and after a StorageFullException the store goes on, and syncs what it took.",
                    RoomPromises::fullDisksChangeNothing),
            full(
                    "full-disks-install-nothing",
                    "If there is no room to install a snapshot, that is told, and the log is as before.",
                    RoomPromises::fullDisksInstallNothing),
            full(
                    "room-is-found-again",
                    "When there is room again where there was none, the storage says so, and takes what it refused.",
                    RoomPromises::roomIsFoundAgain));

    private static final List<Integer> ROOMS = List.of(0, 100, 1000, 5000, 10_000, 50_000);
    private static final int MOST_RUNS = 10_000; // more would not be a full disk
    private static final int MANY_STEPS = 200;

    private RoomPromises() {}

    /** What is done on a store on which there is only so much room. */
    private interface Attempt {
        void on(Bench bench, int room);
    }

    private static StoragePromise full(String name, String sentence, Attempt attempt) {
        return StoragePromise.ofMany(
                name, sentence, storage -> withAnyRoom(storage, attempt), Ability.CRASH, Ability.FULL_DISK);
    }

    private static void withAnyRoom(StorageUnderTest storage, Attempt attempt) throws Exception {
        for (int room : ROOMS) {
            Bench.use(storage, bench -> {
                try {
                    attempt.on(bench, room);
                } catch (Evidence e) {
                    throw new Evidence("With room for " + room + " more bytes: " + e.getMessage());
                }
            });
        }
    }

    private static void lookingForRoomChangesNothing(Bench bench) {
        bench.storage().writeHardState(voted(2, 1));
        bench.appendSix();
        List<LogEntry> before = bench.entriesFrom(1);
        for (int look = 0; look < 3; look++) {
            Expect.that(bench.storage().hasRoom(), "The storage says that there is no room, but there is.");
        }
        Expect.equal(bench.entriesFrom(1), before, "the entries");

        StoredState found = bench.reopen();

        Expect.equal(found.hardState(), voted(2, 1), "term and vote after a restart");
        Expect.equal(bench.entriesOf(found), before, "the entries after a restart");
    }

    private static void scrubbingFindsNothingInASoundStore(Bench bench) {
        scrub(bench, "an empty store");
        bench.appendSix();
        scrub(bench, "a store with entries");
        bench.append(Values.run(5, 3, "E", "F", "G"));
        bench.take(at(5, 3), Values.longText());
        scrub(bench, "a store with a snapshot");
        bench.storage().compact(5);
        bench.take(at(6, 3), "another");
        StoredState found = bench.reopen();
        List<LogEntry> before = bench.entriesOf(found);
        scrub(bench, "a store whose log was compacted");

        Expect.equal(bench.entriesOf(found), before, "the entries after many scrubs");
        Expect.equal(bench.contentsOf(at(6, 3)), "another", "the snapshot after many scrubs");
        Expect.equal(bench.reopen(), found, "what an opening tells after many scrubs");
    }

    private static void scrub(Bench bench, String what) {
        for (int step = 0; step < MANY_STEPS; step++) {
            Scrub scrub = bench.storage().scrub();
            Expect.equal(scrub.damage(), Optional.empty(), "the damage of " + what);
            if (scrub.equals(Scrub.NEVER)) {
                return;
            }
        }
    }

    /** Appends and syncs entries from the first on until one is refused, and returns what was thrown. */
    private static RuntimeException fill(Bench bench, int room, List<LogEntry> taken) {
        while (taken.size() < MOST_RUNS) {
            EntryRun run = runOfSize(taken.size() + 1, 1, runBytes(room));
            try {
                bench.storage().append(run);
            } catch (RuntimeException e) {
                return e;
            }
            bench.storage().sync();
            taken.addAll(run.entries());
        }
        throw Expect.seen("There was room for " + MOST_RUNS + " runs of " + runBytes(room) + " bytes.");
    }

    /** Runs of several sizes, so that what is left behind the last of them is sometimes enough for a small one. */
    private static int runBytes(int room) {
        return 700 + room % 997;
    }

    private static void fullDisksChangeNothing(Bench bench, int room) {
        bench.store().leaveRoom(room);
        List<LogEntry> taken = new ArrayList<>();
        RuntimeException refusal = fill(bench, room, taken);
        if (refusal instanceof StorageFullException) {
            Expect.equal(entriesOf(bench, taken), taken, "the entries when one was refused");
            EntryRun replacing = runOfSize(1, 2, 1 << 20);
            Expect.refusal(
                    StorageFullException.class,
                    "A run that replaces all",
                    () -> bench.storage().append(replacing));
            Expect.equal(entriesOf(bench, taken), taken, "the entries when their replacement was refused");
            bench.storage().sync();
        } else {
            Expect.refusal(RuntimeException.class, "A sync after " + refusal, bench.storage()::sync);
        }
        bench.store().leaveRoom(Long.MAX_VALUE);
        List<LogEntry> found = bench.entriesOf(bench.crashAndOpen(0));
        Expect.equal(found, taken, "the entries after a crash");
    }

    private static List<LogEntry> entriesOf(Bench bench, List<LogEntry> expected) {
        return expected.isEmpty() ? List.of() : bench.entriesFrom(1);
    }

    private static void fullDisksInstallNothing(Bench bench, int room) {
        bench.appendSix();
        List<LogEntry> before = bench.entriesFrom(1);
        SnapshotInfo snapshot = bench.receive(at(9, 3), "state");
        bench.store().leaveRoom(room);
        try {
            bench.storage().installSnapshot(snapshot);
        } catch (StorageFullException e) {
            Expect.equal(bench.entriesFrom(1), before, "the entries when the snapshot was refused");
            bench.storage().sync();
            bench.store().leaveRoom(Long.MAX_VALUE);
            bench.storage().installSnapshot(snapshot);
        } catch (RuntimeException e) {
            Expect.refusal(RuntimeException.class, "A sync after " + e, bench.storage()::sync);
            bench.store().leaveRoom(Long.MAX_VALUE);
            Expect.equal(bench.crashAndOpen(0).last(), snapshot.last(), "the last position after a crash");
            return;
        }
        bench.append(runOfSize(10, 3, 1));
        Expect.refusal(
                StorageException.class,
                "Reading what the snapshot stands for",
                () -> bench.storage().read(1, 1, Bench.UNLIMITED));
        Expect.equal(
                bench.crashAndOpen(0).base(), snapshot.last(), "the position before the first entry after a crash");
    }

    private static void roomIsFoundAgain(Bench bench, int room) {
        bench.store().leaveRoom(room);
        List<LogEntry> taken = new ArrayList<>();
        RuntimeException refusal = fill(bench, room, taken);
        bench.store().leaveRoom(Long.MAX_VALUE);
        if (!(refusal instanceof StorageFullException)) {
            bench.crash(0);
            return; // and nothing of this storage will take anything any more
        }
        Expect.that(bench.storage().hasRoom(), "The storage says that there is no room, but there is again.");
        EntryRun refused = runOfSize(taken.size() + 1, 1, runBytes(room));
        bench.append(refused);
        taken.addAll(refused.entries());
        Expect.equal(bench.entriesOf(bench.reopen()), taken, "the entries");
    }
}
