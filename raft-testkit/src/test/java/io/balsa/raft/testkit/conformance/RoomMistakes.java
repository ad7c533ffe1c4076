package io.balsa.raft.testkit.conformance;

import static io.balsa.raft.testkit.conformance.Mistake.fileStorage;
import static io.balsa.raft.testkit.conformance.Mistake.inMemory;
import static io.balsa.raft.testkit.conformance.Mistake.onDisk;

import io.balsa.raft.storage.EntryRun;
import io.balsa.raft.storage.HardState;
import io.balsa.raft.storage.Scrub;
import io.balsa.raft.storage.SnapshotInfo;
import io.balsa.raft.storage.StorageFullException;
import java.util.List;
import java.util.Optional;

/** Mistakes about upkeep, and on a full disk. */
final class RoomMistakes {

    static final List<Mistake> ALL = List.of(
            inMemory("looking-for-room-changes-nothing", (sound, memo) -> new Wrapped(sound) {
                @Override
                public boolean hasRoom() {
                    super.writeHardState(HardState.INITIAL);
                    super.sync();
                    return super.hasRoom();
                }
            }),
            inMemory("scrubbing-finds-nothing-in-a-sound-store", (sound, memo) -> new Wrapped(sound) {
                @Override
                public void compact(long index) {
                    super.compact(index);
                    memo.compacted = index;
                }

                @Override
                public Scrub scrub() {
                    return memo.compacted == 0
                            ? super.scrub()
                            : new Scrub(0, Optional.of(new Scrub.Damage("entry 1 is missing", memo.compacted)));
                }
            }),
            onDisk("full-disks-change-nothing", disk -> new Wrapped(fileStorage(disk)) {
                @Override
                public void append(EntryRun run) {
                    if (run.firstIndex() == 1 && run.lastPosition().term() > 1) {
                        super.append(Values.run(1, run.term(), "no room yet")); // drops before it knows
                    }
                    super.append(run);
                }
            }),
            onDisk("full-disks-install-nothing", disk -> new Wrapped(fileStorage(disk)) {
                @Override
                public void installSnapshot(SnapshotInfo snapshot) {
                    try {
                        super.installSnapshot(snapshot);
                    } catch (StorageFullException e) {
                        // and the log goes on as if it stood for it
                    }
                }
            }),
            onDisk("room-is-found-again", disk -> new Wrapped(fileStorage(disk)) {
                private boolean isFull;

                @Override
                public void append(EntryRun run) {
                    try {
                        super.append(run);
                    } catch (StorageFullException e) {
                        isFull = true;
                        throw e;
                    }
                }

                @Override
                public boolean hasRoom() {
                    return !isFull && super.hasRoom();
                }
            }));

    private RoomMistakes() {}
}
