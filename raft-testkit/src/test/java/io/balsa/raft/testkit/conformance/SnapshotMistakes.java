package io.balsa.raft.testkit.conformance;

import static io.balsa.raft.testkit.conformance.Mistake.inMemory;

import io.balsa.raft.cluster.Membership;
import io.balsa.raft.cluster.NodeIdentity;
import io.balsa.raft.storage.DamagedSnapshotException;
import io.balsa.raft.storage.LogPosition;
import io.balsa.raft.storage.SnapshotInfo;
import io.balsa.raft.storage.SnapshotSink;
import io.balsa.raft.storage.SnapshotSource;
import io.balsa.raft.storage.Storage;
import io.balsa.raft.storage.StorageException;
import io.balsa.raft.storage.StoredState;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Mistakes about snapshots, taken and received. */
final class SnapshotMistakes {

    static final List<Mistake> ALL = List.of(
            inMemory("snapshots-are-kept", (sound, memo) -> new Wrapped(sound) {
                @Override
                public SnapshotSink beginSnapshot(LogPosition last, long membershipIndex, Membership membership) {
                    return super.beginSnapshot(last, 0, Bench.FOUNDING);
                }
            }),
            inMemory(
                    "snapshots-leave-the-log-alone",
                    (sound, memo) -> withSink(sound, sink -> new Wrapped.WrappedSink(sink) {
                        @Override
                        public SnapshotInfo commit() {
                            SnapshotInfo taken = super.commit();
                            sound.compact(taken.index());
                            return taken;
                        }
                    })),
            inMemory("newest-snapshot-is-told", (sound, memo) -> new Wrapped(sound) {
                @Override
                public StoredState open(NodeIdentity identity, Membership founding) {
                    StoredState state = super.open(identity, founding);
                    memo.told = memo.told == null && state.snapshot().isPresent() ? state : memo.told;
                    return memo.told == null ? state : Retold.snapshot(state, memo.told.snapshot());
                }
            }),
            inMemory(
                    "snapshots-are-read-from-anywhere",
                    (sound, memo) -> withSource(sound, source -> new Wrapped.WrappedSource(source) {
                        @Override
                        public int read(long position, ByteBuffer into) {
                            ByteBuffer little = into.slice(into.position(), Math.min(4096, into.remaining()));
                            int read = super.read(position, little);
                            into.position(into.position() + read);
                            return read;
                        }
                    })),
            inMemory("missing-snapshots-are-not-opened", (sound, memo) -> new Wrapped(sound) {
                @Override
                public Optional<SnapshotSource> openSnapshot(LogPosition last) {
                    return super.openSnapshot(last)
                            .or(() -> super.openSnapshot(new LogPosition(last.index(), last.term() + 1)));
                }
            }),
            inMemory(
                    "unfinished-snapshots-are-invisible",
                    (sound, memo) -> withSink(sound, sink -> new Wrapped.WrappedSink(sink) {
                        private boolean isCommitted;

                        @Override
                        public SnapshotInfo commit() {
                            isCommitted = true;
                            return super.commit();
                        }

                        @Override
                        public void close() {
                            if (!isCommitted) {
                                commit();
                            }
                        }
                    })),
            inMemory(
                    "sinks-know-their-position",
                    (sound, memo) -> withSink(sound, sink -> new Wrapped.WrappedSink(sink) {
                        @Override
                        public long position() {
                            return 0;
                        }
                    })),
            inMemory("one-sink-at-a-time", (sound, memo) -> new Wrapped(sound) {
                private @Nullable SnapshotSink open;

                @Override
                public SnapshotSink beginSnapshot(LogPosition last, long membershipIndex, Membership membership) {
                    if (open != null) {
                        open.close();
                    }
                    open = super.beginSnapshot(last, membershipIndex, membership);
                    return open;
                }
            }),
            inMemory(
                    "commit-ends-a-sink",
                    (sound, memo) -> withSink(sound, sink -> new Wrapped.WrappedSink(sink) {
                        private boolean isCommitted;

                        @Override
                        public void write(ByteBuffer bytes) {
                            if (!isCommitted) {
                                super.write(bytes);
                            }
                        }

                        @Override
                        public SnapshotInfo commit() {
                            isCommitted = true;
                            return super.commit();
                        }
                    })),
            inMemory(
                    "snapshots-stay-while-they-are-read",
                    (sound, memo) -> withSource(sound, source -> new Wrapped.WrappedSource(source) {
                        @Override
                        public int read(long position, ByteBuffer into) {
                            return sound.openSnapshot(info().last())
                                    .orElseThrow(() -> new StorageException("it is gone"))
                                    .read(position, into);
                        }
                    })),
            inMemory(
                    "received-snapshots-are-kept",
                    (sound, memo) -> withTransfer(sound, sink -> new Wrapped.WrappedSink(sink) {
                        @Override
                        public SnapshotInfo commit() {
                            SnapshotInfo received = super.commit();
                            return new SnapshotInfo(
                                    received.last(),
                                    received.membershipIndex(),
                                    received.membership(),
                                    received.sizeBytes(),
                                    received.checksum() + 1);
                        }
                    })),
            inMemory("transfers-go-on", (sound, memo) -> new Wrapped(sound) {
                @Override
                public SnapshotSink receiveSnapshot(SnapshotInfo announced) {
                    forgetTransfer(sound);
                    return super.receiveSnapshot(announced);
                }
            }),
            inMemory("transfers-survive-restarts", (sound, memo) -> new Wrapped(sound) {
                @Override
                public StoredState open(NodeIdentity identity, Membership founding) {
                    StoredState state = super.open(identity, founding);
                    forgetTransfer(sound);
                    return state;
                }
            }),
            inMemory("transfers-are-not-mixed", (sound, memo) -> new Wrapped(sound) {
                @Override
                public SnapshotSink receiveSnapshot(SnapshotInfo announced) {
                    @Nullable SnapshotInfo begun = memo.snapshot;
                    SnapshotInfo taken = begun != null && begun.last().equals(announced.last()) ? begun : announced;
                    memo.snapshot = taken;
                    return super.receiveSnapshot(taken);
                }
            }),
            inMemory("unfinished-transfers-are-invisible", (sound, memo) -> new Wrapped(sound) {
                @Override
                public SnapshotSink receiveSnapshot(SnapshotInfo announced) {
                    memo.snapshot = announced;
                    return super.receiveSnapshot(announced);
                }

                @Override
                public Optional<SnapshotSource> openSnapshot(LogPosition last) {
                    return super.openSnapshot(last)
                            .or(() -> Optional.ofNullable(memo.snapshot)
                                    .filter(part -> part.last().equals(last))
                                    .map(SnapshotMistakes::emptySource));
                }
            }),
            inMemory(
                    "damaged-transfers-are-refused",
                    (sound, memo) -> withTransfer(sound, sink -> new Wrapped.WrappedSink(sink) {
                        @Override
                        public SnapshotInfo commit() {
                            try {
                                return super.commit();
                            } catch (DamagedSnapshotException e) {
                                return Values.announced(new LogPosition(9, 2), "announced");
                            }
                        }
                    })));

    private SnapshotMistakes() {}

    private static void forgetTransfer(Storage sound) {
        sound.receiveSnapshot(Values.announced(new LogPosition(1, 1), "another"))
                .close();
    }

    private static SnapshotSource emptySource(SnapshotInfo info) {
        return new SnapshotSource() {
            @Override
            public SnapshotInfo info() {
                return info;
            }

            @Override
            public int read(long position, ByteBuffer into) {
                return 0;
            }

            @Override
            public void close() {}
        };
    }

    /** The mistake is in the sinks of snapshots that are taken. */
    static Wrapped withSink(Storage sound, UnaryOperator<SnapshotSink> mistake) {
        return new Wrapped(sound) {
            @Override
            public SnapshotSink beginSnapshot(LogPosition last, long membershipIndex, Membership membership) {
                return mistake.apply(super.beginSnapshot(last, membershipIndex, membership));
            }
        };
    }

    /** The mistake is in the sinks of snapshots that are received. */
    static Wrapped withTransfer(Storage sound, UnaryOperator<SnapshotSink> mistake) {
        return new Wrapped(sound) {
            @Override
            public SnapshotSink receiveSnapshot(SnapshotInfo announced) {
                return mistake.apply(super.receiveSnapshot(announced));
            }
        };
    }

    private static Wrapped withSource(Storage sound, UnaryOperator<SnapshotSource> mistake) {
        return new Wrapped(sound) {
            @Override
            public Optional<SnapshotSource> openSnapshot(LogPosition last) {
                return super.openSnapshot(last).map(mistake);
            }
        };
    }
}
