package io.balsa.raft.testkit.conformance;

import static io.balsa.raft.testkit.conformance.Mistake.inMemory;

import io.balsa.raft.cluster.Membership;
import io.balsa.raft.cluster.NodeIdentity;
import io.balsa.raft.storage.EntryKind;
import io.balsa.raft.storage.EntryRun;
import io.balsa.raft.storage.LogEntry;
import io.balsa.raft.storage.LogPosition;
import io.balsa.raft.storage.Storage;
import io.balsa.raft.storage.StoredState;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Mistakes about what is appended, and what is dropped for it. */
final class LogMistakes {

    private static final int LONGEST = 1 << 20;

    static final List<Mistake> ALL = List.of(
            inMemory("entries-are-kept", (sound, memo) -> new Wrapped(sound) {
                @Override
                public void append(EntryRun run) {
                    EntryKind kind = run.kind() == EntryKind.NO_OP ? EntryKind.COMMAND : run.kind();
                    super.append(recoded(run, run.term(), kind));
                }
            }),
            inMemory("any-size-is-kept", (sound, memo) -> new Wrapped(sound) {
                @Override
                public void append(EntryRun run) {
                    if (run.sizeBytes() <= LONGEST) {
                        super.append(run);
                        return;
                    }
                    byte[] cut = Arrays.copyOf(run.copyOfPayload(run.firstIndex()), LONGEST);
                    super.append(EntryRun.of(run.firstIndex(), run.term(), run.kind(), List.of(cut)));
                }
            }),
            inMemory("last-position-is-told", (sound, memo) -> new Wrapped(sound) {
                @Override
                public StoredState open(NodeIdentity identity, Membership founding) {
                    StoredState state = super.open(identity, founding);
                    long firstTerm = state.termStarts().isEmpty()
                            ? 0
                            : state.termStarts().get(0).term();
                    return Retold.last(state, new LogPosition(state.last().index(), firstTerm));
                }
            }),
            inMemory("term-starts-are-told", (sound, memo) -> new Wrapped(sound) {
                @Override
                public StoredState open(NodeIdentity identity, Membership founding) {
                    StoredState state = super.open(identity, founding);
                    int terms = state.termStarts().size();
                    return Retold.termStarts(state, state.termStarts().subList(0, Math.max(0, terms - 1)));
                }
            }),
            inMemory("memberships-are-told", (sound, memo) -> new Wrapped(sound) {
                @Override
                public StoredState open(NodeIdentity identity, Membership founding) {
                    StoredState state = super.open(identity, founding);
                    int count = state.memberships().size();
                    return Retold.memberships(state, state.memberships().subList(Math.max(0, count - 1), count));
                }
            }),
            inMemory("nothing-is-promised-that-is-not-there", (sound, memo) -> new Wrapped(sound) {
                @Override
                public StoredState open(NodeIdentity identity, Membership founding) {
                    StoredState state = super.open(identity, founding);
                    return Retold.promised(
                            state,
                            new LogPosition(
                                    state.last().index() + 1, state.last().term()));
                }
            }),
            inMemory("gaps-are-refused", (sound, memo) -> new Wrapped(sound) {
                @Override
                public void append(EntryRun run) {
                    try {
                        super.append(run);
                    } catch (IllegalArgumentException e) {
                        boolean isGap = String.valueOf(e.getMessage()).contains("gap");
                        if (!isGap) {
                            throw e;
                        }
                    }
                }
            }),
            inMemory("restarts-change-nothing", (sound, memo) -> new Wrapped(sound) {
                @Override
                public StoredState open(NodeIdentity identity, Membership founding) {
                    StoredState state = super.open(identity, founding);
                    memo.opened++;
                    return memo.opened < 30 ? state : Retold.hardState(state, Values.notVoted(memo.opened));
                }
            }),
            inMemory("appending-drops-what-follows", (sound, memo) -> new Wrapped(sound) {
                @Override
                public void append(EntryRun run) {
                    List<EntryRun> behind = runsFrom(run.lastIndex() + 1);
                    super.append(run);
                    behind.forEach(old -> super.append(recoded(old, run.term(), old.kind())));
                }
            }),
            inMemory("whole-log-can-be-dropped", (sound, memo) -> new Wrapped(sound) {
                @Override
                public void append(EntryRun run) {
                    if (run.firstIndex() > 1 || runsFrom(1).isEmpty()) {
                        super.append(run);
                    }
                }
            }),
            inMemory("dropped-entries-stay-away", (sound, memo) -> new Wrapped(sound) {
                @Override
                public StoredState open(NodeIdentity identity, Membership founding) {
                    StoredState state = super.open(identity, founding);
                    return appendDropped(this, memo, state) ? reopened(identity, founding) : state;
                }

                private StoredState reopened(NodeIdentity identity, Membership founding) {
                    super.close();
                    return super.open(identity, founding);
                }

                @Override
                public void append(EntryRun run) {
                    noteDropped(this, memo, run);
                    super.append(run);
                }
            }),
            inMemory("dropped-terms-are-not-told", (sound, memo) -> new Wrapped(sound) {
                @Override
                public StoredState open(NodeIdentity identity, Membership founding) {
                    StoredState state = super.open(identity, founding);
                    List<LogPosition> starts = new ArrayList<>(state.termStarts());
                    memo.dropped.forEach(run -> starts.add(new LogPosition(run.firstIndex(), run.term())));
                    return Retold.termStarts(state, starts);
                }

                @Override
                public void append(EntryRun run) {
                    noteDropped(this, memo, run);
                    super.append(run);
                }
            }),
            inMemory("dropped-memberships-are-not-told", LogMistakes::allMemberships),
            inMemory("installing-replaces-memberships", LogMistakes::allMemberships));

    private LogMistakes() {}

    /** Tells every membership that was ever appended. */
    private static Wrapped allMemberships(Storage sound, Mistake.Memo memo) {
        return new Wrapped(sound) {
            @Override
            public StoredState open(NodeIdentity identity, Membership founding) {
                StoredState state = super.open(identity, founding);
                return Retold.memberships(state, memo.memberships);
            }

            @Override
            public void append(EntryRun run) {
                super.append(run);
                if (run.kind() == EntryKind.MEMBERSHIP) {
                    memo.memberships.addAll(run.entries());
                }
            }
        };
    }

    static EntryRun recoded(EntryRun run, long term, EntryKind kind) {
        List<byte[]> payloads = run.entries().stream().map(LogEntry::data).toList();
        return EntryRun.of(run.firstIndex(), term, kind, payloads);
    }

    /** Notes the entries that this run drops and does not replace. */
    static void noteDropped(Wrapped storage, Mistake.Memo memo, EntryRun run) {
        memo.dropped.addAll(storage.runsFrom(run.lastIndex() + 1));
    }

    /** Brings them back, behind the end of the log, and makes that durable. */
    static boolean appendDropped(Wrapped storage, Mistake.Memo memo, StoredState state) {
        boolean any = false;
        for (EntryRun run : memo.dropped) {
            if (run.firstIndex() > state.last().index()) {
                storage.inner.append(recoded(run, state.last().term(), run.kind()));
                any = true;
            }
        }
        memo.dropped.clear();
        storage.inner.sync();
        return any;
    }
}
