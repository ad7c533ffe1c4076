package io.balsa.raft.core;

import io.balsa.raft.cluster.Membership;
import io.balsa.raft.cluster.NodeId;
import io.balsa.raft.cluster.RaftRole;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;

/** What must hold of memberships (chapter 4): which is in effect, and from which one a leader goes to which. */
final class MembershipChecks {

    private record Seen(long term, long index, Membership membership) {}

    private final Map<NodeId, Seen> seen = new TreeMap<>();
    private int joints;

    /** How often a joint membership was appended. */
    int joints() {
        return joints;
    }

    /** "A leader must not append a new configuration entry until the previous one is committed", and how they differ. */
    void afterStep(TestServer server) {
        RaftCore core = server.core();
        if (core.role() != RaftRole.LEADER) {
            seen.remove(server.self());
            return;
        }
        Seen now = new Seen(core.currentTerm(), core.membershipIndex(), core.membership());
        Seen before = seen.put(server.self(), now);
        if (before == null || before.term != now.term || before.index == now.index) {
            return;
        }
        require(
                before.index <= core.commitIndex(),
                server,
                "appends a membership while that of " + before.index + " is not committed");
        require(core.termAt(core.commitIndex()) == core.currentTerm(), server, "appends a membership too early");
        require(
                haveCommonServers(before.membership, now.membership),
                server,
                "goes from " + before.membership + " to " + now.membership + ", whose majorities may be apart");
        if (before.membership.isJoint()) {
            boolean left = !now.membership.isJoint() && now.membership.voters().equals(before.membership.voters());
            require(left, server, "leaves " + before.membership + " for " + now.membership);
        } else if (now.membership.isJoint()) {
            joints++;
            boolean entered = now.membership.outgoingVoters().equals(before.membership.voters());
            require(entered, server, "goes from " + before.membership + " to " + now.membership);
        }
    }

    /** "A server always uses the latest configuration in its log." */
    void afterWork(TestServer server) {
        Membership inLog = server.written().membership(server.founding());
        require(
                server.core().membership().equals(inLog),
                server,
                "uses " + server.core().membership() + " but its log says " + inLog);
    }

    /** Whether every quorum of the one has a server in common with every quorum of the other. */
    static boolean haveCommonServers(Membership one, Membership other) {
        SortedSet<NodeId> all = new TreeSet<>(one.members().keySet());
        all.addAll(other.members().keySet());
        List<NodeId> ids = new ArrayList<>(all);
        for (long chosen = 0; chosen < 1L << ids.size(); chosen++) {
            long set = chosen;
            Predicate<NodeId> isChosen = id -> (set >>> ids.indexOf(id) & 1) == 1;
            if (isQuorum(one, isChosen) && isQuorum(other, isChosen.negate())) {
                return false;
            }
        }
        return true;
    }

    /** A majority of the voters, and one of the outgoing voters if there are any; written down once more, naively. */
    static boolean isQuorum(Membership membership, Predicate<NodeId> chosen) {
        long voters = membership.voters().stream().filter(chosen).count();
        long outgoing = membership.outgoingVoters().stream().filter(chosen).count();
        return 2 * voters > membership.voters().size()
                && (membership.outgoingVoters().isEmpty()
                        || 2 * outgoing > membership.outgoingVoters().size());
    }

    private static void require(boolean holds, TestServer server, String violation) {
        if (!holds) {
            throw new AssertionError(server.self() + " in term " + server.core().currentTerm() + " " + violation);
        }
    }
}
