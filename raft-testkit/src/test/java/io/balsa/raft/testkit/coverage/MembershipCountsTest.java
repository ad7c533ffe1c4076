package io.balsa.raft.testkit.coverage;

import static io.balsa.raft.cluster.RaftRole.FOLLOWER;
import static io.balsa.raft.cluster.RaftRole.LEADER;
import static io.balsa.raft.cluster.RaftRole.LEARNER;
import static io.balsa.raft.testkit.coverage.WatchedCluster.entries;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.balsa.raft.cluster.ChangeRefusal;
import io.balsa.raft.cluster.Member;
import io.balsa.raft.cluster.Membership;
import io.balsa.raft.cluster.NodeId;
import io.balsa.raft.core.Notice;
import io.balsa.raft.message.PreVote;
import io.balsa.raft.storage.EntryKind;
import io.balsa.raft.storage.EntryRun;
import io.balsa.raft.storage.LogPosition;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.LongStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A coverage watch counts, of memberships and transfers,")
class MembershipCountsTest {

    private static final long[] NONE = {};
    private static final long[] ALL = {1, 2, 3, 4, 5};

    private final WatchedCluster cluster = new WatchedCluster();

    private long count(Counter counter) {
        return cluster.count(counter);
    }

    private static Membership members(long[] voters, long[] outgoing, long[] learners) {
        SortedMap<NodeId, Member> members = new TreeMap<>();
        for (long[] ids : List.of(voters, outgoing, learners)) {
            LongStream.of(ids).forEach(id -> members.put(NodeId.of(id), Member.of(id, "watched:" + id)));
        }
        return new Membership(members, ids(voters), ids(outgoing), ids(learners));
    }

    private static SortedSet<NodeId> ids(long... numbers) {
        SortedSet<NodeId> ids = new TreeSet<>();
        LongStream.of(numbers).forEach(number -> ids.add(NodeId.of(number)));
        return ids;
    }

    private static EntryRun change(long index, long term, Membership membership) {
        return EntryRun.of(index, term, EntryKind.MEMBERSHIP, List.of(membership.encode()));
    }

    private void commits(long leader, long term, EntryRun run) {
        cluster.want(leader, LEADER, term).append(run).commit(run.lastIndex()).unsynced();
    }

    @Test
    @DisplayName("changes of one vote, promotions and demotions; not that a store is named")
    void simple() {
        cluster.want(1, LEADER, 1).becomes().unsynced();
        Membership learner = members(ALL, NONE, new long[] {6});
        commits(1, 1, change(1, 1, learner));
        commits(1, 1, change(2, 1, members(new long[] {1, 2, 3, 4, 5, 6}, NONE, NONE)));
        commits(1, 1, change(3, 1, learner));
        SortedMap<NodeId, Member> named = new TreeMap<>();
        learner.members().forEach((id, member) -> named.put(id, member.withStore(id.value())));
        commits(1, 1, change(4, 1, new Membership(named, learner.voters(), ids(), learner.learners())));

        assertThat(count(Counter.SIMPLE_CHANGES)).isEqualTo(3);
        assertThat(count(Counter.LEARNERS_PROMOTED)).isEqualTo(1);
        assertThat(count(Counter.VOTERS_DEMOTED)).isEqualTo(1);
    }

    @Test
    @DisplayName("joint phases, and those that outlived their leader")
    void joint() {
        cluster.want(1, LEADER, 1).becomes().unsynced();
        commits(1, 1, change(1, 1, members(new long[] {1, 2, 3}, ALL, new long[] {4, 5})));
        commits(1, 1, change(2, 1, members(new long[] {1, 2, 3}, NONE, new long[] {4, 5})));
        assertThat(count(Counter.JOINT_SURVIVED)).isZero();

        EntryRun joint = change(3, 1, members(ALL, new long[] {1, 2, 3}, NONE));
        commits(1, 1, joint);
        cluster.want(2, LEADER, 2)
                .becomes()
                .append(entries(1, 2, 1))
                .append(joint)
                .commit(3)
                .unsynced();
        commits(2, 2, change(4, 2, members(ALL, NONE, NONE)));

        assertThat(count(Counter.JOINT_ENTERED)).isEqualTo(2);
        assertThat(count(Counter.JOINT_LEFT)).isEqualTo(2);
        assertThat(count(Counter.JOINT_SURVIVED)).isEqualTo(1);
        assertThat(count(Counter.VOTERS_DEMOTED)).isEqualTo(2);
        assertThat(count(Counter.LEARNERS_PROMOTED)).isEqualTo(2);
        assertThat(count(Counter.SIMPLE_CHANGES)).isZero();
    }

    @Test
    @DisplayName("leaders that removed themselves, and removed servers that go on asking")
    void removed() {
        cluster.want(1, LEADER, 1).becomes().unsynced();
        EntryRun removal = change(1, 1, members(new long[] {2, 3, 4, 5}, NONE, NONE));
        cluster.want(1, LEADER, 1).append(removal).unsynced();
        PreVote question = new PreVote(1, NodeId.of(1), NodeId.of(2), new LogPosition(1, 1));
        cluster.want(1, LEADER, 1).say(question).unsynced(); // not committed yet
        assertThat(count(Counter.REMOVED_SHOUTED)).isZero();

        cluster.want(1, LEARNER, 1).commit(1).becomes().unsynced();
        assertThat(count(Counter.LEADERS_REMOVED)).isEqualTo(1);
        assertThat(count(Counter.CHECK_QUORUM_STEP_DOWNS)).isZero();

        cluster.want(1, FOLLOWER, 1).commit(1).say(question).say(question).unsynced();
        cluster.want(6, FOLLOWER, 1).say(question).unsynced(); // never was a member
        assertThat(count(Counter.REMOVED_SHOUTED)).isEqualTo(1);
    }

    @Test
    @DisplayName("truncations that dropped one")
    void truncated() {
        cluster.want(1, FOLLOWER, 1)
                .append(entries(1, 1, 1))
                .append(change(2, 1, members(ALL, NONE, new long[] {6})))
                .append(entries(3, 4, 1))
                .unsynced();
        cluster.want(1, FOLLOWER, 2).append(entries(4, 4, 2)).unsynced();
        assertThat(count(Counter.TRUNCATIONS_OF_MEMBERSHIP)).isZero();

        cluster.want(1, FOLLOWER, 3).append(entries(2, 2, 3)).unsynced();
        assertThat(count(Counter.TRUNCATIONS_OF_MEMBERSHIP)).isEqualTo(1);
        assertThat(count(Counter.TRUNCATIONS)).isEqualTo(2);
    }

    @Test
    @DisplayName("transfers that ended well, and those that did not in time; no others that were refused")
    void transfers() {
        cluster.want(1, FOLLOWER, 1)
                .note(new Notice.TransferDone(1, NodeId.of(2)))
                .note(new Notice.ChangeRefused(2, ChangeRefusal.TRANSFER_TIMED_OUT))
                .note(new Notice.ChangeRefused(3, ChangeRefusal.NOT_LEADER))
                .unsynced();

        assertThat(count(Counter.TRANSFERS)).isEqualTo(1);
        assertThat(count(Counter.TRANSFERS_ABORTED)).isEqualTo(1);
        assertThat(cluster.watch.coverage().of(Mark.CHANGE_REFUSAL_NOT_LEADER)).isEqualTo(1);
    }

    @Test
    @DisplayName("nothing of servers that can never be of the cluster")
    void knowsItsServers() {
        assertThatThrownBy(() -> cluster.want(8, FOLLOWER, 1).unsynced()).isInstanceOf(RuntimeException.class);
    }
}
