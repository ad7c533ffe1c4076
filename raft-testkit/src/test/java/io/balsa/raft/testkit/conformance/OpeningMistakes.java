package io.balsa.raft.testkit.conformance;

import static io.balsa.raft.testkit.conformance.Mistake.inMemory;

import io.balsa.raft.cluster.Membership;
import io.balsa.raft.cluster.NodeIdentity;
import io.balsa.raft.storage.EntryRun;
import io.balsa.raft.storage.HardState;
import io.balsa.raft.storage.StorageException;
import io.balsa.raft.storage.StoredState;
import java.util.List;
import java.util.Optional;

/** Mistakes about whose store it is, and about term and vote. */
final class OpeningMistakes {

    static final List<Mistake> ALL = List.of(
            inMemory("new-store-is-empty", (sound, memo) -> new Wrapped(sound) {
                @Override
                public StoredState open(NodeIdentity identity, Membership founding) {
                    StoredState state = super.open(identity, founding);
                    boolean isNew = state.hardState().equals(HardState.INITIAL);
                    return isNew ? Retold.hardState(state, Values.notVoted(1)) : state;
                }
            }),
            inMemory("store-id-is-kept", (sound, memo) -> new Wrapped(sound) {
                @Override
                public StoredState open(NodeIdentity identity, Membership founding) {
                    return Retold.identity(super.open(identity, founding), identity);
                }
            }),
            inMemory("founding-membership-is-kept", (sound, memo) -> new Wrapped(sound) {
                @Override
                public StoredState open(NodeIdentity identity, Membership founding) {
                    return Retold.founding(super.open(identity, founding), founding);
                }
            }),
            inMemory("strangers-are-refused", (sound, memo) -> new Wrapped(sound) {
                @Override
                public StoredState open(NodeIdentity identity, Membership founding) {
                    memo.owner = memo.owner == null ? identity : memo.owner;
                    return super.open(memo.owner, founding);
                }
            }),
            inMemory("refused-opening-changes-nothing", (sound, memo) -> new Wrapped(sound) {
                @Override
                public StoredState open(NodeIdentity identity, Membership founding) {
                    memo.owner = memo.owner == null ? identity : memo.owner;
                    if (!identity.equals(memo.owner)) {
                        super.open(memo.owner, founding);
                        super.writeHardState(Values.notVoted(99));
                        super.close();
                    }
                    return super.open(identity, founding);
                }
            }),
            inMemory("one-owner-at-a-time", (sound, memo) -> new Wrapped(sound) {
                @Override
                public StoredState open(NodeIdentity identity, Membership founding) {
                    super.close();
                    return super.open(identity, founding);
                }
            }),
            inMemory("close-gives-the-store-back", (sound, memo) -> new Wrapped(sound) {
                private boolean isClosed;

                @Override
                public void close() {
                    if (isClosed) {
                        throw new StorageException("it is closed already");
                    }
                    isClosed = true;
                    super.close();
                }
            }),
            inMemory("closed-storage-does-nothing", (sound, memo) -> new Wrapped(sound) {
                @Override
                public void writeHardState(HardState hardState) {
                    try {
                        super.writeHardState(hardState);
                    } catch (IllegalStateException e) {
                        memo.hardState = hardState;
                    }
                }
            }),
            inMemory("term-and-vote-are-kept", (sound, memo) -> new Wrapped(sound) {
                @Override
                public void writeHardState(HardState hardState) {
                    super.writeHardState(new HardState(hardState.currentTerm(), Optional.empty()));
                }
            }),
            inMemory("vote-ends-with-its-term", (sound, memo) -> new Wrapped(sound) {
                @Override
                public void writeHardState(HardState hardState) {
                    memo.hardState = new HardState(
                            hardState.currentTerm(), hardState.votedFor().or(() -> memo.hardState.votedFor()));
                    super.writeHardState(memo.hardState);
                }
            }),
            inMemory("entries-do-not-touch-the-vote", (sound, memo) -> new Wrapped(sound) {
                @Override
                public void append(EntryRun run) {
                    super.append(run);
                    super.writeHardState(Values.notVoted(run.term()));
                }
            }));

    private OpeningMistakes() {}
}
