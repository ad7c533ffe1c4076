package io.balsa.raft.testkit.coverage;

import io.balsa.raft.cluster.Member;
import io.balsa.raft.cluster.Membership;
import io.balsa.raft.cluster.NodeId;
import io.balsa.raft.cluster.RaftRole;
import io.balsa.raft.core.Ready;
import io.balsa.raft.message.Message;
import io.balsa.raft.message.PreVote;
import io.balsa.raft.message.RequestVote;
import io.balsa.raft.testkit.oracle.MembershipRows;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeMap;

/** How the membership changes, and what becomes of those who are no members any more. */
final class MembershipCounts {

    private final Coverage coverage;
    private final MembershipRows committed;
    private final Set<NodeId> everMembers = new HashSet<>(); // looked up only
    private long jointTerm; // of the entry of the joint membership that was committed last

    MembershipCounts(Coverage coverage, Membership founding) {
        this.coverage = coverage;
        committed = new MembershipRows(founding);
        everMembers.addAll(founding.members().keySet());
    }

    /** The latest that is committed anywhere. */
    Membership latest() {
        return committed.latest().membership();
    }

    /** The entries of a log from this index on are dropped for others. */
    void onTruncated(WatchedServer server, long first) {
        if (server.memberships.latest().index() >= first) {
            coverage.count(Counter.TRUNCATIONS_OF_MEMBERSHIP);
        }
    }

    /**
     * A server is the first to know that its entries up to {@code last} are committed; up to {@code after} it was known.
     *
     * @return whether there is another membership among them
     */
    boolean onCommitted(WatchedServer server, long after, long last) {
        for (long index = server.memberships.nextAfter(after);
                index <= last;
                index = server.memberships.nextAfter(index)) {
            MembershipRows.Row row = server.memberships.asOf(index);
            count(latest(), row.membership(), server.log.termAt(index));
            boolean removed = latest().isVoter(server.id) && !row.membership().isVoter(server.id);
            if (removed && server.role == RaftRole.LEADER) {
                coverage.count(Counter.LEADERS_REMOVED);
            }
            committed.add(row);
            everMembers.addAll(row.membership().members().keySet());
        }
        return committed.latest().index() > after;
    }

    private void count(Membership before, Membership after, long term) {
        if (after.isJoint()) {
            coverage.count(Counter.JOINT_ENTERED);
            jointTerm = term;
        } else if (before.isJoint()) {
            coverage.count(Counter.JOINT_LEFT);
            coverage.count(Counter.JOINT_SURVIVED, term > jointTerm ? 1 : 0);
        } else if (!withoutStores(before).equals(withoutStores(after))) {
            coverage.count(Counter.SIMPLE_CHANGES);
        }
        for (NodeId id : after.members().keySet()) {
            boolean promoted = before.isLearner(id) && after.voters().contains(id);
            boolean demoted = before.voters().contains(id) && after.learners().contains(id);
            coverage.count(Counter.LEARNERS_PROMOTED, promoted ? 1 : 0);
            coverage.count(Counter.VOTERS_DEMOTED, demoted ? 1 : 0);
        }
    }

    private static Membership withoutStores(Membership membership) {
        var members = new TreeMap<NodeId, Member>();
        membership.members().forEach((id, member) -> members.put(id, member.withStore(0)));
        return new Membership(members, membership.voters(), membership.outgoingVoters(), membership.learners());
    }

    void onReady(WatchedServer server, Ready ready) {
        boolean isOut = everMembers.contains(server.id) && !latest().contains(server.id);
        if (isOut && (asks(ready.messages()) || asks(ready.messagesAfterSync()))) {
            coverage.count(Counter.REMOVED_SHOUTED);
        }
    }

    private static boolean asks(Collection<? extends Message> messages) {
        for (Message message : messages) {
            if (message instanceof PreVote || message instanceof RequestVote) {
                return true;
            }
        }
        return false;
    }
}
