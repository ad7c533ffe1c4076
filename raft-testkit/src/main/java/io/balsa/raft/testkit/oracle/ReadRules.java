package io.balsa.raft.testkit.oracle;

import io.balsa.raft.cluster.Membership;
import io.balsa.raft.cluster.NodeId;
import io.balsa.raft.cluster.RaftRole;
import io.balsa.raft.core.Input;
import io.balsa.raft.core.Notice;
import io.balsa.raft.core.RaftCore;
import io.balsa.raft.core.Ready;
import io.balsa.raft.message.Heartbeat;
import io.balsa.raft.message.HeartbeatReply;
import io.balsa.raft.message.Message;
import io.balsa.raft.message.ReadReply;
import io.balsa.raft.message.ReadRequest;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Follows how a leader makes sure that it still leads before it answers a read (section 6.4): a quorum must have answered a
 * round of heartbeats that began after the read came, in this term (R2). That a leader which does not make sure gives a wrong
 * answer takes a rare coincidence; that it did not make sure shows at once.
 *
 * <p>The same of leases (section 6.4.1): one lasts from when the latest round was sent that a quorum has answered, and not
 * from when the answers came (R3).
 */
final class ReadRules {

    /** A read that a leader was asked for, by itself or by a follower. */
    private record Asked(NodeId reader, long id) {}

    /** After which round it was asked. */
    private record After(long term, long round) {}

    private static final long REMEMBERED_ROUNDS = 1 << 10;
    private static final long OWN = Long.MAX_VALUE; // the leader itself is always heard

    private final NodeId self;
    private final Limits limits;
    private final Map<Long, Long> sentNanos = new HashMap<>(); // of rounds of this term; the same
    private final Map<Asked, After> asked = new HashMap<>(); // looked up only
    private final Map<NodeId, Map<Long, Long>> confirmed = new HashMap<>(); // latest round, by store; the same
    private final Set<Long> numbers; // of all reads that were forwarded in earlier lives
    private final Set<Long> numbersOfLife = new HashSet<>();
    private final List<Membership> memberships =
            new ArrayList<>(); // in effect since the last Ready, one after the other
    private long term;
    private long round;
    private long nowNanos;

    /** Rules for a life of this server, which has asked under these numbers in its earlier ones. */
    ReadRules(NodeId self, Set<Long> numbers, Limits limits) {
        this.self = self;
        this.limits = limits;
        this.numbers = numbers;
    }

    /** The life is over. */
    void end() {
        numbers.addAll(numbersOfLife);
    }

    /** This is about to happen. */
    void onStep(RaftCore core, Input input) {
        begin(core.currentTerm());
        remember(core.membership());
        if (input instanceof Input.TimePassed time) {
            nowNanos = time.nowNanos();
        }
        if (core.role() != RaftRole.LEADER) {
            return;
        }
        if (input instanceof Input.ReadRequested read) {
            asked.put(new Asked(self, read.read()), new After(term, round));
        } else if (input instanceof Input.Received received) {
            Message message = received.message();
            if (message instanceof HeartbeatReply reply && reply.term() == term) {
                confirm(reply);
            } else if (message instanceof ReadRequest read && read.term() == term) {
                asked.putIfAbsent(new Asked(read.from(), read.id()), new After(term, round));
            }
        }
    }

    @SuppressWarnings("ReferenceEquality") // one more, if they are equal, does no harm
    private void remember(Membership membership) {
        if (memberships.isEmpty() || memberships.get(memberships.size() - 1) != membership) {
            memberships.add(membership);
        }
    }

    private void confirm(HeartbeatReply reply) {
        if (reply.round() > round) {
            throw new Violation(
                    "R2",
                    self + " hears " + reply + " before it sends round " + reply.round() + ": " + round + " so far");
        }
        confirmed
                .computeIfAbsent(reply.from(), from -> new HashMap<>())
                .merge(reply.storeId(), reply.round(), Math::max);
    }

    private void begin(long inTerm) {
        if (term != inTerm) {
            term = inTerm;
            round = 0;
            confirmed.clear();
            asked.clear();
            sentNanos.clear();
        }
    }

    /** The core wants this done. */
    void onReady(RaftCore core, Ready ready) {
        begin(core.currentTerm());
        remember(core.membership());
        for (Message message : ready.messages()) {
            if (message instanceof ReadReply reply && reply.term() == term) {
                require(new Asked(reply.to(), reply.id()));
            } else if (message instanceof ReadRequest question && numbers.contains(question.id())) {
                throw new Violation("R2", question + " has the number of a read of an earlier life");
            } else if (message instanceof ReadRequest question) {
                numbersOfLife.add(question.id());
            }
        }
        for (Notice notice : ready.notices()) {
            if (notice instanceof Notice.ReadReady read) {
                require(new Asked(self, read.read()));
            } else if (notice instanceof Notice.LeaseReady read && core.role() == RaftRole.LEADER) {
                requireLease(read);
            }
        }
        for (Message message : ready.messages()) {
            if (message instanceof Heartbeat heartbeat && heartbeat.term() == term) {
                onRound(heartbeat.round());
            }
        }
        memberships.clear();
    }

    private void onRound(long number) {
        if (number > round) {
            round = number;
            sentNanos.put(number, nowNanos);
            sentNanos.remove(number - REMEMBERED_ROUNDS);
        }
    }

    private void requireLease(Notice.LeaseReady read) {
        long latest = 0;
        for (Membership membership : memberships) {
            latest = Math.max(latest, latestConfirmed(membership));
        }
        long sent = latest == OWN ? nowNanos : sentNanos.getOrDefault(latest, Long.MIN_VALUE);
        boolean isLease = limits.lease() > 0
                && sent != Long.MIN_VALUE
                && read.untilNanos() - sent <= limits.lease()
                && read.untilNanos() - nowNanos > 0;
        if (!isLease) {
            throw new Violation(
                    "R3",
                    self + " has a lease until " + read.untilNanos() + " at " + nowNanos
                            + ", but the latest round that a " + "quorum has answered, " + latest + ", was sent at "
                            + sent);
        }
    }

    /** The latest round that a quorum has answered. */
    private long latestConfirmed(Membership membership) {
        long incoming = latestConfirmed(membership, membership.voters());
        return membership.isJoint()
                ? Math.min(incoming, latestConfirmed(membership, membership.outgoingVoters()))
                : incoming;
    }

    private long latestConfirmed(Membership membership, Collection<NodeId> voters) {
        long[] rounds = voters.stream()
                .mapToLong(voter -> voter.equals(self) ? OWN : latestConfirmed(membership, voter))
                .sorted()
                .toArray();
        return rounds[(rounds.length - 1) / 2];
    }

    /**
     * Who answers from another store than the membership knows has forgotten what it promised, and does not count. It does as
     * soon as a membership gives it its vote back, and what it has answered by then counts, too: it was true when it was said.
     */
    private long latestConfirmed(Membership membership, NodeId voter) {
        long known = membership.storeOf(voter);
        return confirmed.getOrDefault(voter, Map.of()).entrySet().stream()
                .filter(answer -> known == 0 || answer.getKey() == 0 || answer.getKey() == known)
                .mapToLong(Map.Entry::getValue)
                .max()
                .orElse(0);
    }

    private void require(Asked read) {
        Optional<After> after = Optional.ofNullable(asked.get(read));
        if (after.isPresent() && memberships.stream().allMatch(known -> latestConfirmed(known) <= after.get().round)) {
            throw new Violation(
                    "R2",
                    self + " answers " + read + ", asked after round " + after.get().round + " of term " + term
                            + ", but no quorum has confirmed a later one: " + confirmed.size() + " have any");
        }
    }
}
