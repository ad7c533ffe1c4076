package io.balsa.raft.core;

import io.balsa.raft.cluster.Membership;
import io.balsa.raft.cluster.NodeId;
import io.balsa.raft.cluster.RaftRole;
import io.balsa.raft.message.AppendEntriesAccepted;
import io.balsa.raft.storage.LogPosition;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** What must hold between the servers of a cluster (figure 3.2), with a memory that no server has. */
final class ClusterChecks {

    /** What a server was when it was last looked at as a leader. */
    private record Reign(long term, long lastIndex, long chain) {}

    private record Decision(NodeId leader, long commitIndex) {}

    private record Ruling(long term, Membership membership, Membership before) {}

    private record Vote(long term, NodeId voter, long storeId) {}

    private record Committed(long chain, long term) {}

    private final Collection<TestServer> servers;
    private final SortedMap<Long, NodeId> leaders = new TreeMap<>();
    private final Map<Vote, NodeId> votes = new HashMap<>();
    private final Map<LogPosition, Long> positions = new HashMap<>();
    private final List<Committed> committed = new ArrayList<>();
    private final Map<NodeId, Reign> reigns = new TreeMap<>();
    private final Map<Decision, Ruling> committing = new HashMap<>();
    private final Map<NodeId, Long> leading = new HashMap<>(); // the term that it leads, or led until just now
    private final Map<NodeId, Membership> ruledBefore = new HashMap<>(); // when it was last looked at
    private final Map<NodeId, List<TestDisk>> lostDisks = new HashMap<>();
    private final MembershipChecks memberships = new MembershipChecks();
    private final Map<Long, Long> reads = new TreeMap<>();
    private long indirectCommits;
    private long readsServed;
    private long leaseReads;

    ClusterChecks(Collection<TestServer> servers) {
        this.servers = servers;
    }

    long committedIndex() {
        return committed.size();
    }

    /** How many terms had a leader. */
    int elections() {
        return leaders.size();
    }

    /** How many entries were committed in a later term than their own. */
    long indirectCommits() {
        return indirectCommits;
    }

    long readsServed() {
        return readsServed;
    }

    long leaseReads() {
        return leaseReads;
    }

    MembershipChecks memberships() {
        return memberships;
    }

    Set<Long> openReads() {
        return reads.keySet();
    }

    /** Election safety, and who commits what: "at most one leader can be elected in a given term". */
    void afterStep(TestServer server) {
        RaftCore core = server.core();
        boolean leads = core.role() == RaftRole.LEADER;
        // Who has removed itself leads no more in the moment in which that is committed.
        boolean led = Long.valueOf(core.currentTerm()).equals(leading.get(server.self()));
        if (leads) {
            leading.put(server.self(), core.currentTerm());
            NodeId other = leaders.putIfAbsent(core.currentTerm(), server.self());
            if (other == null) {
                election(core);
            } else if (!other.equals(server.self())) {
                fail(other + " and " + server.self() + " both lead term " + core.currentTerm());
            }
            if (!core.membership().isVoter(server.self()) && core.membershipIndex() <= core.commitIndex()) {
                fail(server.self() + " leads and is no voter");
            }
        }
        if (leads || led) {
            // Noted now: it may lead no more when its work is looked at.
            if (core.commitIndex() > committedIndex()
                    && !committing.containsKey(new Decision(server.self(), core.commitIndex()))) {
                committing.put(
                        new Decision(server.self(), core.commitIndex()),
                        new Ruling(
                                core.currentTerm(),
                                core.membership(),
                                ruledBefore.getOrDefault(server.self(), core.membership())));
            }
        }
        ruledBefore.put(server.self(), core.membership());
        memberships.afterStep(server);
    }

    /** Whoever leads has the votes of a quorum of its membership, from the stores that the membership knows. */
    private void election(RaftCore core) {
        Membership membership = core.membership();
        boolean elected = MembershipChecks.isQuorum(
                membership,
                voter -> votes.entrySet().stream()
                        .anyMatch(vote -> vote.getKey().term == core.currentTerm()
                                && vote.getKey().voter.equals(voter)
                                && vote.getValue().equals(core.self())
                                && (membership.storeOf(voter) == 0
                                        || membership.storeOf(voter) == vote.getKey().storeId)));
        if (!elected) {
            fail(core.self() + " leads term " + core.currentTerm() + " without a quorum of " + membership);
        }
    }

    /** All the rest, when the log that the core speaks of is the one that was handed to the disk. */
    void afterWork(TestServer server) {
        TestDisk log = server.written();
        RaftCore core = server.core();
        if (core.lastIndex() != log.lastIndex()
                || core.durableIndex() > server.durable().recoveredIndex()) {
            fail(server.self() + " ends at " + core.lastIndex() + ", its log at " + log.lastIndex());
        }
        logMatching(log);
        leaderAppendOnly(server);
        commits(server);
        memberships.afterWork(server);
    }

    private void logMatching(TestDisk log) {
        for (long index = log.lastIndex(); index > log.baseIndex(); index--) {
            Long known = positions.putIfAbsent(log.entry(index).position(), log.chainAt(index));
            if (known != null) {
                if (known != log.chainAt(index)) {
                    fail("two logs have " + log.entry(index).position() + " but not the same entries up to it");
                }
                return;
            }
        }
    }

    private void leaderAppendOnly(TestServer server) {
        RaftCore core = server.core();
        TestDisk log = server.written();
        Reign before = reigns.remove(server.self());
        if (core.role() != RaftRole.LEADER) {
            return;
        }
        if (before != null && before.term == core.currentTerm()) {
            if (!log.has(before.lastIndex, before.chain)) {
                fail("leader " + server.self() + " overwrote its log below " + before.lastIndex);
            }
        } else {
            leaderCompleteness(server);
        }
        reigns.put(server.self(), new Reign(core.currentTerm(), log.lastIndex(), log.chainAt(log.lastIndex())));
    }

    private void leaderCompleteness(TestServer server) {
        long index = committed.size();
        while (index > 0 && committed.get((int) index - 1).term >= server.core().currentTerm()) {
            index--;
        }
        if (index > 0 && !server.written().has(index, committed.get((int) index - 1).chain)) {
            fail("leader " + server.self() + " of term " + server.core().currentTerm() + " lacks committed entry "
                    + index);
        }
    }

    private void commits(TestServer server) {
        RaftCore core = server.core();
        TestDisk log = server.written();
        long index = core.commitIndex();
        if (index > committed.size()) {
            Ruling ruling = committing.get(new Decision(server.self(), index));
            long term = ruling == null ? 0 : ruling.term;
            if (ruling == null || core.termAt(index) != term || !isDurableOnQuorum(ruling, index, log.chainAt(index))) {
                fail(server.self() + " commits " + index + ", which is not of the term that it leads (" + term
                        + ") or not durable on a quorum");
                return;
            }
            for (long next = committedIndex() + 1; next <= index; next++) {
                indirectCommits += log.entry(next).term() < term ? 1 : 0;
                committed.add(new Committed(log.chainAt(next), term));
            }
            committing.clear();
        }
        if (index > 0 && !log.has(index, committed.get((int) index - 1).chain)) {
            fail(server.self() + " has committed other entries up to " + index + " than the others");
        }
    }

    /** By the membership that the leader had then, or the one just before: it may have appended one at once. */
    private boolean isDurableOnQuorum(Ruling ruling, long index, long chain) {
        return MembershipChecks.isQuorum(ruling.membership, id -> isDurableOn(id, index, chain))
                || MembershipChecks.isQuorum(ruling.before, id -> isDurableOn(id, index, chain));
    }

    /** What was acknowledged before a disk was lost counts: whoever lost it is not asked for its vote any more. */
    private boolean isDurableOn(NodeId id, long index, long chain) {
        return servers.stream()
                        .filter(server -> server.self().equals(id))
                        .anyMatch(server -> server.durable().has(index, chain))
                || lostDisks.getOrDefault(id, List.of()).stream().anyMatch(disk -> disk.has(index, chain));
    }

    void beforeWipe(TestServer server) {
        lostDisks
                .computeIfAbsent(server.self(), id -> new ArrayList<>())
                .add(server.durable().copy());
    }

    /** "Each server will vote for at most one candidate in a given term", across restarts. */
    void afterSync(TestServer server) {
        server.durable().hardState().votedFor().ifPresent(candidate -> {
            Vote vote = new Vote(
                    server.durable().hardState().currentTerm(),
                    server.self(),
                    server.durable().storeId());
            NodeId before = votes.putIfAbsent(vote, candidate);
            if (before != null && !before.equals(candidate)) {
                fail(vote + " for " + before + " and for " + candidate);
            }
        });
    }

    /** What is acknowledged to the leader of a term is durable and the same there. */
    void onAccepted(TestServer follower, AppendEntriesAccepted reply) {
        long index = reply.matchIndex();
        for (TestServer leader : servers) {
            RaftCore core = leader.core();
            boolean leads = core.role() == RaftRole.LEADER && core.currentTerm() == reply.term();
            boolean covered = index > leader.written().baseIndex()
                    && index <= leader.written().lastIndex();
            if (leads
                    && covered
                    && !follower.durable().has(index, leader.written().chainAt(index))) {
                fail(follower.self() + " acknowledges " + index + " but its disk has something else");
            }
        }
    }

    void onReadRequested(long read) {
        reads.put(read, committedIndex());
    }

    void onReadReady(Notice.ReadReady notice) {
        Long committedBefore = reads.remove(notice.read());
        if (committedBefore == null || notice.index() < committedBefore) {
            fail(notice + " but " + committedBefore + " was committed before");
        }
        readsServed++;
    }

    /** A lease is as good as a round of heartbeats. */
    void onLeaseReady(Notice.LeaseReady notice) {
        onReadReady(new Notice.ReadReady(notice.read(), notice.index()));
        leaseReads++;
    }

    void onReadFailed(long read) {
        if (reads.remove(read) == null) {
            fail("read " + read + " is answered twice");
        }
    }

    /** Whoever asked has crashed. */
    void forgetReads(Set<Long> ofServer) {
        reads.keySet().removeAll(ofServer);
    }

    private static void fail(String violation) {
        throw new AssertionError(violation);
    }
}
