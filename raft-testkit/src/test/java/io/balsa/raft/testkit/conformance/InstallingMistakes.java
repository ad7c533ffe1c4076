package io.balsa.raft.testkit.conformance;

import static io.balsa.raft.testkit.conformance.Mistake.inMemory;

import io.balsa.raft.cluster.Membership;
import io.balsa.raft.cluster.NodeIdentity;
import io.balsa.raft.storage.EntryRun;
import io.balsa.raft.storage.HardState;
import io.balsa.raft.storage.LogPosition;
import io.balsa.raft.storage.SnapshotInfo;
import io.balsa.raft.storage.Storage;
import io.balsa.raft.storage.StorageException;
import io.balsa.raft.storage.StoredState;
import java.util.List;

/** Mistakes about snapshots in place of the log. */
final class InstallingMistakes {

    static final List<Mistake> ALL = List.of(
            inMemory("installing-keeps-what-follows", (sound, memo) -> new Emptied(sound) {
                @Override
                public void installSnapshot(SnapshotInfo snapshot) {
                    super.installSnapshot(snapshot);
                    isEmpty = true;
                }
            }),
            inMemory("installing-replaces-a-shorter-log", (sound, memo) -> new Wrapped(sound) {
                @Override
                public void installSnapshot(SnapshotInfo snapshot) {
                    if (!runsFrom(snapshot.index()).isEmpty()) {
                        super.installSnapshot(snapshot);
                    }
                }
            }),
            inMemory("installing-replaces-another-log", (sound, memo) -> new Wrapped(sound) {
                @Override
                public void installSnapshot(SnapshotInfo snapshot) {
                    List<EntryRun> behind = runsFrom(snapshot.index() + 1);
                    super.installSnapshot(snapshot);
                    if (runsFrom(snapshot.index() + 1).isEmpty()) {
                        behind.forEach(old -> super.append(LogMistakes.recoded(
                                old, Math.max(old.term(), snapshot.last().term()), old.kind())));
                    }
                }
            }),
            inMemory("nothing-is-read-below-the-base", (sound, memo) -> new Wrapped(sound) {
                @Override
                public List<EntryRun> read(long from, long to, int maxBytes) {
                    try {
                        return super.read(from, to, maxBytes);
                    } catch (StorageException e) {
                        return List.of();
                    }
                }
            }),
            inMemory("nothing-is-written-below-the-base", (sound, memo) -> new Wrapped(sound) {
                @Override
                public void append(EntryRun run) {
                    try {
                        super.append(run);
                    } catch (IllegalArgumentException e) {
                        boolean isBelow = String.valueOf(e.getMessage()).contains("no place");
                        if (!isBelow) {
                            throw e;
                        }
                    }
                }
            }),
            inMemory("older-snapshots-change-nothing", (sound, memo) -> new Emptied(sound) {
                @Override
                public void installSnapshot(SnapshotInfo snapshot) {
                    super.installSnapshot(snapshot);
                    isEmpty = snapshot.index() < memo.installed;
                    memo.installed = snapshot.index();
                }
            }),
            inMemory("missing-snapshots-are-not-installed", (sound, memo) -> new Wrapped(sound) {
                @Override
                public void installSnapshot(SnapshotInfo snapshot) {
                    if (openSnapshot(snapshot.last()).isPresent()) {
                        super.installSnapshot(snapshot);
                    }
                }
            }),
            inMemory("opening-finishes-installing", (sound, memo) -> new Wrapped(sound) {
                @Override
                public StoredState open(NodeIdentity identity, Membership founding) {
                    StoredState state = super.open(identity, founding);
                    boolean isInstalled = state.base().index() <= memo.installed;
                    return isInstalled ? state : Retold.base(state, LogPosition.ZERO);
                }

                @Override
                public void installSnapshot(SnapshotInfo snapshot) {
                    super.installSnapshot(snapshot);
                    memo.installed = snapshot.index();
                }
            }),
            inMemory("opening-takes-the-later-term", (sound, memo) -> new Wrapped(sound) {
                @Override
                public StoredState open(NodeIdentity identity, Membership founding) {
                    return Retold.hardState(super.open(identity, founding), memo.hardState);
                }

                @Override
                public void writeHardState(HardState hardState) {
                    super.writeHardState(hardState);
                    memo.hardState = hardState;
                }
            }),
            inMemory("compaction-keeps-what-follows", (sound, memo) -> new Wrapped(sound) {
                @Override
                public void compact(long index) {
                    super.compact(index);
                    memo.compacted = index;
                }

                @Override
                public List<EntryRun> read(long from, long to, int maxBytes) {
                    if (memo.compacted > 0 && from == memo.compacted + 1) {
                        throw new StorageException("entry " + from + " is gone");
                    }
                    return super.read(from, to, maxBytes);
                }
            }),
            inMemory("compaction-tells-the-base", (sound, memo) -> new Wrapped(sound) {
                @Override
                public StoredState open(NodeIdentity identity, Membership founding) {
                    StoredState state = super.open(identity, founding);
                    LogPosition base = state.base();
                    return base.index() == 0
                            ? state
                            : Retold.base(state, new LogPosition(base.index(), base.term() + 1));
                }
            }),
            inMemory("compaction-needs-a-snapshot", (sound, memo) -> new Wrapped(sound) {
                @Override
                public void compact(long index) {
                    try {
                        super.compact(index);
                    } catch (IllegalArgumentException e) {
                        memo.compacted = 0;
                    }
                }
            }),
            inMemory("compaction-may-be-repeated", (sound, memo) -> new Wrapped(sound) {
                @Override
                public void compact(long index) {
                    if (index <= memo.compacted) {
                        throw new IllegalArgumentException("there are no entries up to " + index);
                    }
                    super.compact(index);
                    memo.compacted = index;
                }
            }),
            inMemory("log-goes-on-after-compaction", (sound, memo) -> new Wrapped(sound) {
                @Override
                public void compact(long index) {
                    super.compact(index);
                    memo.compacted = index;
                }

                @Override
                public void append(EntryRun run) {
                    if (memo.compacted > 0 && run.firstIndex() == memo.compacted + 1) {
                        throw new IllegalArgumentException("there is no entry before " + run);
                    }
                    super.append(run);
                }
            }));

    private InstallingMistakes() {}

    /** A storage whose log looks empty when it should not. */
    private static class Emptied extends Wrapped {

        boolean isEmpty;

        Emptied(Storage sound) {
            super(sound);
        }

        @Override
        public List<EntryRun> read(long from, long to, int maxBytes) {
            return isEmpty ? List.of() : super.read(from, to, maxBytes);
        }
    }
}
