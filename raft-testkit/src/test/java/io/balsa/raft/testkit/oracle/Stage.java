package io.balsa.raft.testkit.oracle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.balsa.raft.RaftConfig;
import io.balsa.raft.cluster.Member;
import io.balsa.raft.cluster.Membership;
import io.balsa.raft.cluster.NodeId;
import io.balsa.raft.cluster.NodeIdentity;
import io.balsa.raft.cluster.RaftRole;
import io.balsa.raft.core.Input;
import io.balsa.raft.core.Notice;
import io.balsa.raft.core.Ready;
import io.balsa.raft.core.SnapshotWork;
import io.balsa.raft.message.AfterSync;
import io.balsa.raft.message.Message;
import io.balsa.raft.storage.EntryKind;
import io.balsa.raft.storage.EntryRun;
import io.balsa.raft.storage.HardState;
import io.balsa.raft.storage.LogPosition;
import io.balsa.raft.storage.SnapshotInfo;
import io.balsa.raft.storage.StoredState;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.LongStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** Servers that do what a test says, however wrong, in front of an oracle. They begin with empty disks, all started. */
final class Stage {

    static final NodeId N1 = NodeId.of(1);
    static final NodeId N2 = NodeId.of(2);
    static final NodeId N3 = NodeId.of(3);
    static final NodeId N4 = NodeId.of(4);
    static final NodeId N5 = NodeId.of(5);

    /** What a server is, as far as it has told. */
    private static final class Actor {
        private long number;
        private long term;
        private RaftRole role = RaftRole.FOLLOWER;
        private long commitIndex;
        private long lastIndex;
        private long durableIndex;
        private long baseIndex;
        private final NavigableMap<Long, Membership> memberships = new TreeMap<>();

        private Actor(long index, Membership membership) {
            memberships.put(index, membership);
        }

        private void append(EntryRun run) {
            lastIndex = run.lastIndex();
            memberships.tailMap(run.firstIndex(), true).clear();
            if (run.kind() == EntryKind.MEMBERSHIP) {
                memberships.put(run.firstIndex(), Membership.decode(run.copyOfPayload(run.firstIndex())));
            }
        }
    }

    final SafetyOracle oracle;
    final Membership founding;
    private final SortedMap<NodeId, Actor> actors = new TreeMap<>();

    private Stage(Membership founding, SafetyOracle oracle) {
        this.founding = founding;
        this.oracle = oracle;
        founding.members().keySet().forEach(id -> starts(id, HardState.INITIAL));
    }

    /** Servers from 1 on, the last of which are learners. */
    static Stage of(int voters, int learners) {
        Membership founding = membership(voters, learners);
        return new Stage(founding, new SafetyOracle(founding));
    }

    static Stage of(int voters, int learners, RaftConfig config) {
        Membership founding = membership(voters, learners);
        return new Stage(founding, new SafetyOracle(founding, config));
    }

    private static Membership membership(int voters, int learners) {
        SortedMap<NodeId, Member> members = new TreeMap<>();
        LongStream.rangeClosed(1, voters + learners)
                .forEach(id -> members.put(NodeId.of(id), Member.of(id, "stage:" + id)));
        NodeId firstLearner = NodeId.of(voters + 1L);
        return new Membership(
                members,
                new TreeSet<>(members.headMap(firstLearner).keySet()),
                new TreeSet<>(),
                new TreeSet<>(members.tailMap(firstLearner).keySet()));
    }

    /** A membership of these voters and no learners. */
    static Membership voters(long... ids) {
        return members(ids, new long[0], new long[0]);
    }

    /** A membership of these voters, voters that are on their way out, and learners. */
    static Membership members(long[] voters, long[] outgoing, long[] learners) {
        SortedMap<NodeId, Member> members = new TreeMap<>();
        for (long[] ids : List.of(voters, outgoing, learners)) {
            LongStream.of(ids).forEach(id -> members.put(NodeId.of(id), Member.of(id, "stage:" + id)));
        }
        return new Membership(members, ids(voters), ids(outgoing), ids(learners));
    }

    private static SortedSet<NodeId> ids(long... numbers) {
        SortedSet<NodeId> ids = new TreeSet<>();
        LongStream.of(numbers).forEach(number -> ids.add(NodeId.of(number)));
        return ids;
    }

    /** The same membership, in which this server is known by this store. */
    static Membership withStore(Membership membership, NodeId id, long storeId) {
        SortedMap<NodeId, Member> members = new TreeMap<>();
        members.putAll(membership.members());
        members.computeIfPresent(id, (same, member) -> member.withStore(storeId));
        return new Membership(members, membership.voters(), membership.outgoingVoters(), membership.learners());
    }

    /** A membership at this index. */
    static EntryRun change(long index, long term, Membership membership) {
        return EntryRun.of(index, term, EntryKind.MEMBERSHIP, List.of(membership.encode()));
    }

    /** A snapshot that says to cover that, as of which a membership was in effect. */
    static SnapshotInfo snapshot(long index, long term, long membershipIndex, Membership membership) {
        return new SnapshotInfo(new LogPosition(index, term), membershipIndex, membership, 100, 7);
    }

    /** A command at this index. */
    static EntryRun entry(long index, long term, String command) {
        return EntryRun.of(index, term, EntryKind.COMMAND, List.of(command.getBytes(StandardCharsets.UTF_8)));
    }

    /** Commands {@code c1}, {@code c2}, … of one term. */
    static EntryRun entries(long from, long to, long term) {
        List<byte[]> commands = LongStream.rangeClosed(from, to)
                .mapToObj(index -> ("c" + index).getBytes(StandardCharsets.UTF_8))
                .toList();
        return EntryRun.of(from, term, EntryKind.COMMAND, commands);
    }

    static EntryRun noOp(long index, long term) {
        return EntryRun.of(index, term, EntryKind.NO_OP, List.of(new byte[0]));
    }

    static HardState state(long term, NodeId votedFor) {
        return new HardState(term, Optional.of(votedFor));
    }

    /** The oracle must object to this, in the name of this invariant. */
    static void assertViolates(String invariant, ThrowingCallable act) {
        Violation violation = catchThrowableOfType(Violation.class, act);
        assertThat(violation).as("a violation of " + invariant).isNotNull();
        assertThat(violation.invariant()).as(violation.getMessage()).isEqualTo(invariant);
    }

    private Actor actor(NodeId id) {
        return Objects.requireNonNull(actors.get(id), "no such server");
    }

    Step step(NodeId id) {
        return new Step(id);
    }

    /** What a server's core wants done next: as it was before, save what a test says. */
    final class Step {

        private final NodeId id;
        private final Actor actor;
        private final List<Message> messages = new ArrayList<>();
        private final List<EntryRun> entries = new ArrayList<>();
        private final List<Notice> notices = new ArrayList<>();
        private Optional<HardState> hardState = Optional.empty();
        private SnapshotWork snapshots = SnapshotWork.NONE;
        private Optional<Membership> claimed = Optional.empty();

        private Step(NodeId id) {
            this.id = id;
            this.actor = actor(id);
        }

        Step term(long term) {
            actor.term = term;
            return this;
        }

        Step votes(long term, NodeId candidate) {
            hardState = Optional.of(state(term, candidate));
            return term(term);
        }

        Step role(RaftRole role) {
            actor.role = role;
            return this;
        }

        Step leads() {
            notices.add(new Notice.RoleChanged(RaftRole.LEADER, actor.term, Optional.of(id)));
            return role(RaftRole.LEADER);
        }

        Step appends(EntryRun... runs) {
            entries.addAll(Arrays.asList(runs));
            entries.forEach(actor::append);
            actor.durableIndex = Math.min(actor.durableIndex, runs[0].firstIndex() - 1);
            return this;
        }

        Step endsAt(long lastIndex) {
            actor.lastIndex = lastIndex;
            return this;
        }

        Step commits(long index) {
            actor.commitIndex = index;
            return this;
        }

        Step believesDurable(long index) {
            actor.durableIndex = index;
            return this;
        }

        /** Before it appends anything. */
        Step installs(SnapshotInfo snapshot) {
            snapshots = new SnapshotWork(Optional.empty(), Optional.of(snapshot), 0);
            actor.memberships.clear();
            actor.memberships.put(snapshot.membershipIndex(), snapshot.membership());
            actor.lastIndex = snapshot.index();
            actor.durableIndex = snapshot.index();
            actor.baseIndex = snapshot.index();
            return commits(snapshot.index());
        }

        Step drops(long index) {
            snapshots = new SnapshotWork(Optional.empty(), Optional.empty(), index);
            return begins(index);
        }

        Step begins(long base) {
            actor.baseIndex = base;
            return this;
        }

        Step goesBy(Membership membership) {
            claimed = Optional.of(membership);
            return this;
        }

        Step says(Message message) {
            messages.add(message);
            return this;
        }

        Step notes(Notice notice) {
            notices.add(notice);
            return this;
        }

        /** The oracle sees it, and nothing of it is synced. */
        void unsynced() {
            List<AfterSync> none = List.of();
            Ready ready = new Ready(
                    ++actor.number,
                    messages,
                    hardState,
                    entries,
                    none,
                    List.of(),
                    snapshots,
                    List.of(),
                    notices,
                    new Ready.Standing(actor.role, actor.term, Optional.empty(), actor.commitIndex, actor.lastIndex));
            Map.Entry<Long, Membership> latest = actor.memberships.lastEntry();
            oracle.onReady(
                    id,
                    new CoreFacts(
                            claimed.orElse(latest.getValue()), latest.getKey(), actor.baseIndex, actor.durableIndex),
                    ready);
        }

        /** The oracle sees it, and it is synced. */
        void synced() {
            unsynced();
            oracle.onDurable(id, actor.number);
            actor.durableIndex = actor.lastIndex;
        }
    }

    /** A server starts, with an empty disk but for this. */
    void starts(NodeId id, HardState state, EntryRun... found) {
        starts(id, 0, state, Optional.empty(), 0, found);
    }

    /** A server starts with this store, and finds this in it, after what a snapshot stands for. */
    private void starts(
            NodeId id, long storeId, HardState state, Optional<SnapshotInfo> snapshot, long base, EntryRun... found) {
        LogPosition beginning =
                base == 0 ? LogPosition.ZERO : snapshot.orElseThrow().last();
        LogPosition last = found.length == 0 ? beginning : found[found.length - 1].lastPosition();
        StoredState stored = new StoredState(
                new NodeIdentity("stage", id, storeId),
                founding,
                state,
                beginning,
                last,
                List.of(),
                List.of(),
                snapshot);
        oracle.onStart(id, stored, List.of(found));
        Actor actor = snapshot.map(info -> new Actor(info.membershipIndex(), info.membership()))
                .orElseGet(() -> new Actor(0, founding));
        actor.number = actors.containsKey(id) ? actor(id).number : 0;
        actor.term = state.currentTerm();
        actor.baseIndex = base;
        actor.commitIndex = snapshot.map(SnapshotInfo::index).orElse(0L);
        actor.lastIndex = last.index();
        List.of(found).forEach(actor::append);
        actor.durableIndex = actor.lastIndex;
        actors.put(id, actor);
    }

    /** A server starts again and finds this. */
    void restarts(NodeId id, HardState state, EntryRun... found) {
        oracle.onCrash(id);
        starts(id, state, found);
    }

    /** A server starts again and finds a snapshot, and this after it. */
    void restartsAfter(NodeId id, SnapshotInfo snapshot, HardState state, EntryRun... found) {
        oracle.onCrash(id);
        starts(id, 0, state, Optional.of(snapshot), snapshot.index(), found);
    }

    /** A server starts again and finds all of its log, and a snapshot that covers the beginning. */
    void restartsWith(NodeId id, SnapshotInfo snapshot, HardState state, EntryRun... found) {
        oracle.onCrash(id);
        starts(id, 0, state, Optional.of(snapshot), 0, found);
    }

    /** A server starts again with another store, which is empty, unless a test says otherwise. */
    void wiped(NodeId id, long storeId, EntryRun... found) {
        oracle.onCrash(id);
        starts(id, storeId, HardState.INITIAL, Optional.empty(), 0, found);
    }

    /** A server takes a snapshot of everything it has applied, and tells its core. */
    void snaps(NodeId id, SnapshotInfo snapshot) {
        oracle.onCaptured(id);
        oracle.onSnapshotTaken(id, snapshot);
        oracle.onStep(id, new Input.SnapshotTaken(snapshot));
    }

    /** A server has all of a snapshot that it was sent, and tells its core. */
    void receives(NodeId id, SnapshotInfo snapshot) {
        oracle.onSnapshotReceived(id, snapshot);
        oracle.onStep(id, new Input.SnapshotReceived(snapshot));
    }

    /** Wins the votes of these, its own among them; does not lead yet. */
    void collectsVotes(NodeId candidate, long term, NodeId... voters) {
        for (NodeId voter : voters) {
            step(voter).votes(term, candidate).role(RaftRole.FOLLOWER).synced();
        }
    }

    /** Wins the votes of these, its own among them, and leads. Its no-op goes to its own disk. */
    void elect(NodeId leader, long term, NodeId... voters) {
        collectsVotes(leader, term, voters);
        long next = actor(leader).lastIndex + 1;
        step(leader).leads().appends(noOp(next, term)).synced();
    }

    /** These have the entries on their disks. */
    void replicate(EntryRun run, NodeId... followers) {
        for (NodeId follower : followers) {
            long term = Math.max(run.term(), actor(follower).term);
            step(follower).term(term).appends(run).synced();
        }
    }
}
