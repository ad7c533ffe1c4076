package io.balsa.raft.testkit.conformance;

import static io.balsa.raft.testkit.conformance.Mistake.fileStorage;
import static io.balsa.raft.testkit.conformance.Mistake.inMemory;
import static io.balsa.raft.testkit.conformance.Mistake.onDisk;

import io.balsa.raft.cluster.Membership;
import io.balsa.raft.cluster.NodeIdentity;
import io.balsa.raft.storage.EntryRun;
import io.balsa.raft.storage.HardState;
import io.balsa.raft.storage.SnapshotInfo;
import io.balsa.raft.storage.SnapshotSink;
import io.balsa.raft.storage.StorageException;
import io.balsa.raft.storage.StoredState;
import io.balsa.raft.storage.file.Disk;
import io.balsa.raft.storage.file.DiskFile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Mistakes that only a crash, or a disk that fails, brings to light. */
final class CrashMistakes {

    static final List<Mistake> ALL = List.of(
            inMemory("synced-entries-survive", (sound, memo) -> new Wrapped(sound) {
                private int syncs;

                @Override
                public void sync() {
                    if (syncs++ % 2 == 1) {
                        super.sync();
                    }
                }
            }),
            inMemory("synced-term-and-vote-survive", (sound, memo) -> new Wrapped(sound) {
                private @Nullable HardState held;

                @Override
                public void writeHardState(HardState hardState) {
                    held = hardState;
                }

                @Override
                public void sync() {
                    super.sync();
                    if (held != null) {
                        super.writeHardState(held);
                    }
                }
            }),
            inMemory("term-and-vote-change-together", (sound, memo) -> new Wrapped(sound) {
                @Override
                public void writeHardState(HardState hardState) {
                    super.writeHardState(new HardState(hardState.currentTerm(), Optional.empty()));
                    super.sync();
                    super.writeHardState(hardState);
                }
            }),
            inMemory("term-is-not-behind-its-entries", (sound, memo) -> new Wrapped(sound) {
                private @Nullable HardState held;

                @Override
                public void writeHardState(HardState hardState) {
                    held = hardState;
                }

                @Override
                public void append(EntryRun run) {
                    super.append(run);
                    super.sync();
                }

                @Override
                public void sync() {
                    if (held != null) {
                        super.writeHardState(held);
                    }
                    super.sync();
                }
            }),
            inMemory("unsynced-runs-are-whole-or-not-there", (sound, memo) -> new Wrapped(sound) {
                @Override
                public void append(EntryRun run) {
                    super.append(run.slice(run.firstIndex(), run.firstIndex()));
                    super.sync();
                    super.append(run);
                }
            }),
            inMemory("synced-drops-are-final", (sound, memo) -> new Wrapped(sound) {
                @Override
                public StoredState open(NodeIdentity identity, Membership founding) {
                    StoredState state = super.open(identity, founding);
                    if (memo.crashed && LogMistakes.appendDropped(this, memo, state)) {
                        super.close();
                        return super.open(identity, founding);
                    }
                    return state;
                }

                @Override
                public void append(EntryRun run) {
                    LogMistakes.noteDropped(this, memo, run);
                    super.append(run);
                }
            }),
            onDisk("what-was-told-is-durable", CrashMistakes::unforcedOpening),
            onDisk("crashes-while-opening-do-no-harm", CrashMistakes::rewriting),
            inMemory("committed-snapshots-survive", (sound, memo) -> new Wrapped(sound) {
                @Override
                public StoredState open(NodeIdentity identity, Membership founding) {
                    StoredState state = super.open(identity, founding);
                    return memo.crashed ? Retold.snapshot(state, Optional.empty()) : state;
                }
            }),
            inMemory(
                    "snapshots-are-whole-or-not-there",
                    (sound, memo) -> SnapshotMistakes.withSink(sound, sink -> new Wrapped.WrappedSink(sink) {
                        private final ByteArrayOutputStream written = new ByteArrayOutputStream();
                        private SnapshotSink next = sink;

                        @Override
                        public void write(ByteBuffer bytes) {
                            byte[] copy = new byte[bytes.remaining()];
                            bytes.get(copy);
                            written.writeBytes(copy);
                            next.write(ByteBuffer.wrap(written.toByteArray(), 0, written.size() / 2));
                            SnapshotInfo half = next.commit();
                            next = sound.beginSnapshot(half.last(), half.membershipIndex(), half.membership());
                        }

                        @Override
                        public SnapshotInfo commit() {
                            next.write(ByteBuffer.wrap(written.toByteArray()));
                            return next.commit();
                        }
                    })),
            inMemory(
                    "transfers-survive-crashes",
                    (sound, memo) -> SnapshotMistakes.withTransfer(sound, sink -> new Wrapped.WrappedSink(sink) {
                        @Override
                        public long position() {
                            return memo.crashed && super.position() > 0 ? super.position() + 1 : super.position();
                        }
                    })),
            inMemory("installing-is-all-or-nothing", (sound, memo) -> new Wrapped(sound) {
                @Override
                public SnapshotSink receiveSnapshot(SnapshotInfo announced) {
                    super.append(Values.run(2, 2, "to make room"));
                    super.sync();
                    return super.receiveSnapshot(announced);
                }
            }),
            inMemory("synced-installing-survives", (sound, memo) -> new Wrapped(sound) {
                @Override
                public void installSnapshot(SnapshotInfo snapshot) {
                    if (!openSnapshot(snapshot.last()).isPresent()) {
                        super.installSnapshot(snapshot);
                    }
                }
            }),
            inMemory("compaction-survives-crashes", (sound, memo) -> new Wrapped(sound) {
                @Override
                public void compact(long index) {
                    super.compact(index);
                    memo.compacted = index;
                }

                @Override
                public List<EntryRun> read(long from, long to, int maxBytes) {
                    if (memo.crashed && memo.compacted > 0 && from <= memo.compacted + 1) {
                        throw new StorageException("entry " + from + " is gone");
                    }
                    return super.read(from, to, maxBytes);
                }
            }),
            onDisk("failed-writes-are-told", disk -> new Wrapped(fileStorage(disk)) {
                @Override
                public void sync() {
                    try {
                        super.sync();
                    } catch (StorageException e) {
                        super.close();
                    }
                }
            }),
            onDisk("failed-syncs-are-not-tried-again", disk -> new Wrapped(fileStorage(disk)) {
                private boolean hasFailed;

                @Override
                public void sync() {
                    if (!hasFailed) {
                        hasFailed = true;
                        super.sync();
                        hasFailed = false;
                    }
                }
            }),
            onDisk(
                    "failed-snapshots-hurt-nothing-else",
                    disk -> SnapshotMistakes.withSink(fileStorage(disk), sink -> new Wrapped.WrappedSink(sink) {
                        @Override
                        public SnapshotInfo commit() {
                            try {
                                return super.commit();
                            } catch (StorageException e) {
                                return Values.announced(Values.at(4, 2), Values.longText());
                            }
                        }
                    })),
            onDisk("failed-reads-are-told", disk -> new Wrapped(fileStorage(disk)) {
                @Override
                public List<EntryRun> read(long from, long to, int maxBytes) {
                    try {
                        return super.read(from, to, maxBytes);
                    } catch (StorageException e) {
                        return List.of();
                    }
                }
            }),
            onDisk("failed-opening-changes-nothing", disk -> new Wrapped(fileStorage(disk)) {
                @Override
                public StoredState open(NodeIdentity identity, Membership founding) {
                    try {
                        return super.open(identity, founding);
                    } catch (StorageException e) {
                        change(disk, CrashMistakes::beginAnew);
                        throw e;
                    }
                }
            }));

    private CrashMistakes() {}

    private interface Change {
        void on(Disk disk) throws IOException;
    }

    private static void change(Disk disk, Change change) {
        try {
            change.on(disk);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void beginAnew(Disk disk) throws IOException {
        for (String name : disk.list()) {
            disk.delete(name);
        }
        disk.syncDirectory();
    }

    /** Opens without making anything durable. */
    private static Wrapped unforcedOpening(Disk disk) {
        LazyDisk lazy = new LazyDisk(disk);
        return new Wrapped(fileStorage(lazy)) {
            @Override
            public StoredState open(NodeIdentity identity, Membership founding) {
                lazy.isLazy = hasStore(disk);
                StoredState state = super.open(identity, founding);
                lazy.isLazy = false;
                return state;
            }
        };
    }

    private static boolean hasStore(Disk disk) {
        try {
            return disk.list().contains("hard-state");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Writes a file in its place whenever it opens the store. */
    private static Wrapped rewriting(Disk disk) {
        return new Wrapped(fileStorage(disk)) {
            @Override
            public StoredState open(NodeIdentity identity, Membership founding) {
                if (hasStore(disk)) {
                    change(disk, CrashMistakes::rewriteHardState);
                }
                return super.open(identity, founding);
            }
        };
    }

    private static void rewriteHardState(Disk disk) throws IOException {
        try (DiskFile file = disk.open("hard-state")) {
            ByteBuffer contents = file.readAll(ByteBuffer.allocate((int) file.size()), 0);
            file.truncate(0);
            file.force();
            file.writeAll(contents, 0);
            file.force();
        }
    }
}
