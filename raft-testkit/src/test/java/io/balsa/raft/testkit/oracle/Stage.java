package io.balsa.raft.testkit.oracle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.balsa.raft.RaftConfig;
import io.balsa.raft.cluster.Member;
import io.balsa.raft.cluster.Membership;
import io.balsa.raft.cluster.NodeId;
import io.balsa.raft.cluster.RaftRole;
import io.balsa.raft.core.Notice;
import io.balsa.raft.core.Ready;
import io.balsa.raft.message.AfterSync;
import io.balsa.raft.message.Message;
import io.balsa.raft.storage.EntryKind;
import io.balsa.raft.storage.EntryRun;
import io.balsa.raft.storage.HardState;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
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
    }

    final SafetyOracle oracle;
    private final Membership membership;
    private final SortedMap<NodeId, Actor> actors = new TreeMap<>();

    private Stage(Membership membership, SafetyOracle oracle) {
        this.membership = membership;
        this.oracle = oracle;
        for (NodeId id : membership.members().keySet()) {
            actors.put(id, new Actor());
            oracle.onStart(id, HardState.INITIAL, List.of());
        }
    }

    /** Servers from 1 on, the last of which are learners. */
    static Stage of(int voters, int learners) {
        return of(voters, learners, new SafetyOracle());
    }

    static Stage of(int voters, int learners, RaftConfig config) {
        return of(voters, learners, new SafetyOracle(config));
    }

    private static Stage of(int voters, int learners, SafetyOracle oracle) {
        SortedMap<NodeId, Member> members = new TreeMap<>();
        LongStream.rangeClosed(1, voters + learners)
                .forEach(id -> members.put(NodeId.of(id), Member.of(id, "stage:" + id)));
        NodeId firstLearner = NodeId.of(voters + 1L);
        return new Stage(
                new Membership(
                        members,
                        new TreeSet<>(members.headMap(firstLearner).keySet()),
                        new TreeSet<>(),
                        new TreeSet<>(members.tailMap(firstLearner).keySet())),
                oracle);
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
            actor.lastIndex = runs[runs.length - 1].lastIndex();
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
                    List.of(),
                    notices,
                    new Ready.Standing(actor.role, actor.term, Optional.empty(), actor.commitIndex, actor.lastIndex));
            oracle.onReady(id, membership, actor.durableIndex, ready);
        }

        /** The oracle sees it, and it is synced. */
        void synced() {
            unsynced();
            oracle.onDurable(id, actor.number);
            actor.durableIndex = actor.lastIndex;
        }
    }

    /** A server starts again and finds this. */
    void restarts(NodeId id, HardState state, EntryRun... found) {
        oracle.onCrash(id);
        oracle.onStart(id, state, List.of(found));
        Actor actor = new Actor();
        actor.number = actor(id).number;
        actor.term = state.currentTerm();
        actor.lastIndex = found.length == 0 ? 0 : found[found.length - 1].lastIndex();
        actor.durableIndex = actor.lastIndex;
        actors.put(id, actor);
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
