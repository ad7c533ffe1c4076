package io.balsa.raft.testkit.oracle;

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
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Follows how a leader makes sure that it still leads before it answers a read (section 6.4): a quorum must have answered a
 * round of heartbeats that began after the read came, in this term (R2). That a leader which does not make sure gives a wrong
 * answer takes a rare coincidence; that it did not make sure shows at once.
 */
final class ReadRules {

    /** A read that a leader was asked for, by itself or by a follower. */
    private record Asked(NodeId reader, long id) {}

    /** After which round it was asked. */
    private record After(long term, long round) {}

    private final NodeId self;
    private final Map<Asked, After> asked = new HashMap<>(); // looked up only
    private final Map<NodeId, Long> confirmed = new HashMap<>(); // the same
    private final Set<Long> numbers; // of all reads that were forwarded in earlier lives
    private final Set<Long> numbersOfLife = new HashSet<>();
    private long term;
    private long round;

    /** Rules for a life of this server, which has asked under these numbers in its earlier ones. */
    ReadRules(NodeId self, Set<Long> numbers) {
        this.self = self;
        this.numbers = numbers;
    }

    /** The life is over. */
    void end() {
        numbers.addAll(numbersOfLife);
    }

    /** This is about to happen. */
    void onStep(RaftCore core, Input input) {
        begin(core.currentTerm());
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

    private void confirm(HeartbeatReply reply) {
        if (reply.round() > round) {
            throw new Violation(
                    "R2",
                    self + " hears " + reply + " before it sends round " + reply.round() + ": " + round + " so far");
        }
        confirmed.merge(reply.from(), reply.round(), Math::max);
    }

    private void begin(long inTerm) {
        if (term != inTerm) {
            term = inTerm;
            round = 0;
            confirmed.clear();
            asked.clear();
        }
    }

    /** The core wants this done. */
    void onReady(RaftCore core, Ready ready) {
        begin(core.currentTerm());
        for (Message message : ready.messages()) {
            if (message instanceof ReadReply reply && reply.term() == term) {
                require(core, new Asked(reply.to(), reply.id()));
            } else if (message instanceof ReadRequest question && numbers.contains(question.id())) {
                throw new Violation("R2", question + " has the number of a read of an earlier life");
            } else if (message instanceof ReadRequest question) {
                numbersOfLife.add(question.id());
            }
        }
        for (Notice notice : ready.notices()) {
            if (notice instanceof Notice.ReadReady read) {
                require(core, new Asked(self, read.read()));
            }
        }
        for (Message message : ready.messages()) {
            if (message instanceof Heartbeat heartbeat && heartbeat.term() == term) {
                round = Math.max(round, heartbeat.round());
            }
        }
    }

    private void require(RaftCore core, Asked read) {
        Optional<After> after = Optional.ofNullable(asked.get(read));
        if (after.isPresent()
                && !(isConfirmed(core.membership().voters(), after.get().round)
                        && (!core.membership().isJoint()
                                || isConfirmed(core.membership().outgoingVoters(), after.get().round)))) {
            throw new Violation(
                    "R2",
                    self + " answers " + read + ", asked after round " + after.get().round + " of term " + term
                            + ", but no quorum has confirmed a later one: " + confirmed.size() + " have any");
        }
    }

    private boolean isConfirmed(Collection<NodeId> voters, long asOf) {
        long votes = voters.stream()
                .filter(voter -> voter.equals(self) || confirmed.getOrDefault(voter, 0L) > asOf)
                .count();
        return 2 * votes > voters.size();
    }
}
