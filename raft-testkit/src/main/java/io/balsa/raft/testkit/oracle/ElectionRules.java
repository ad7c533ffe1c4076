package io.balsa.raft.testkit.oracle;

import io.balsa.raft.RaftConfig;
import io.balsa.raft.cluster.NodeId;
import io.balsa.raft.cluster.RaftRole;
import io.balsa.raft.core.Input;
import io.balsa.raft.core.RaftCore;
import io.balsa.raft.message.AppendEntries;
import io.balsa.raft.message.Heartbeat;
import io.balsa.raft.message.Message;
import io.balsa.raft.message.PreVote;
import io.balsa.raft.message.PreVoteReply;
import io.balsa.raft.message.RequestVote;
import io.balsa.raft.storage.LogPosition;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Follows, for one server in one life, the rules that keep elections from disturbing a cluster and from never ending, and
 * compares what the server does with them: a cluster that breaks them is slow to elect, or deposes healthy leaders, but
 * elects in the end, so that a bound on the time alone would hardly ever show it. They are those of figure 3.1 for the
 * election timer, and of sections 4.2.3 and 9.6 for who must not be listened to.
 */
final class ElectionRules {

    /** A pre-vote that may be granted. */
    private record Grantable(NodeId asker, long term) {}

    private static final int REMEMBERED = 64;

    private final NodeId self;
    private final boolean checkQuorum;
    private final long timeoutNanos;
    private final List<Grantable> grantable = new ArrayList<>();
    private boolean timeIsKnown;
    private long nowNanos;
    private long heardNanos; // when a leader was heard
    private long latestDeadlineNanos; // when the election timer of a follower runs out at the latest
    private @Nullable Message stepped; // and not looked at yet
    private RaftRole roleBefore = RaftRole.FOLLOWER;
    private long termBefore;
    private boolean mustKeepTerm;

    ElectionRules(NodeId self, RaftConfig config) {
        this.self = self;
        checkQuorum = config.checkQuorum();
        timeoutNanos = config.electionTimeout().toNanos();
    }

    /** This is about to happen; what happened before is over. */
    void onStep(RaftCore core, Input input, boolean forwardsReads) {
        look(core, forwardsReads);
        if (input instanceof Input.TimePassed time) {
            if (!timeIsKnown) {
                latestDeadlineNanos = core.nextDeadlineNanos();
            }
            timeIsKnown = true;
            nowNanos = time.nowNanos();
        } else if (input instanceof Input.Received received && timeIsKnown) {
            receive(core, received.message());
        }
        roleBefore = core.role();
        termBefore = core.currentTerm();
    }

    private void receive(RaftCore core, Message message) {
        stepped = message;
        boolean ofLeader = message instanceof AppendEntries || message instanceof Heartbeat;
        if (ofLeader && message.term() >= core.currentTerm()) {
            heardNanos = nowNanos;
            latestDeadlineNanos = nowNanos + 2 * timeoutNanos;
        } else if (message instanceof PreVote question) {
            LogPosition last = new LogPosition(core.lastIndex(), core.termAt(core.lastIndex()));
            if (question.last().isAtLeastAsUpToDateAs(last) && !hearsLeader(core)) {
                grantable.add(new Grantable(question.from(), question.term()));
                if (grantable.size() > REMEMBERED) {
                    grantable.remove(0);
                }
            }
        } else if (message instanceof RequestVote request) {
            mustKeepTerm = checkQuorum && request.term() > core.currentTerm() && hearsLeader(core);
        }
    }

    private boolean hearsLeader(RaftCore core) {
        Optional<NodeId> leader = core.leader();
        return leader.isPresent() && (leader.get().equals(self) || nowNanos - heardNanos < timeoutNanos);
    }

    /** What has the last step come to? */
    void look(RaftCore core, boolean forwardsReads) {
        Message message = stepped;
        stepped = null;
        if (mustKeepTerm && core.currentTerm() != termBefore) {
            throw new Violation("L4", self + " hears its leader and lets " + message + " move it to another term");
        }
        mustKeepTerm = false;
        boolean isOld = message != null && message.term() < termBefore;
        boolean ofAnyTerm = message instanceof PreVote || message instanceof PreVoteReply;
        if (isOld && !ofAnyTerm && core.role() != roleBefore) {
            throw new Violation(
                    "S1", self + " in term " + termBefore + " is " + core.role() + " because of " + message);
        }
        boolean followed = roleBefore == RaftRole.FOLLOWER;
        boolean granted = message instanceof RequestVote
                && core.currentTerm() == message.term()
                && core.votedFor().equals(Optional.of(message.from()));
        if (!followed || granted) {
            latestDeadlineNanos = nowNanos + 2 * timeoutNanos;
        }
        if (core.role() != RaftRole.FOLLOWER || !timeIsKnown || forwardsReads) {
            return;
        }
        long deadline = core.nextDeadlineNanos();
        if (deadline - latestDeadlineNanos > 0) {
            throw new Violation(
                    "L1", self + " waits longer for a leader than since it heard one, because of " + message);
        }
        if (granted && core.currentTerm() > termBefore && deadline - nowNanos < timeoutNanos) {
            throw new Violation("L1", self + " does not wait for the candidate to which it gave its vote, " + message);
        }
    }

    /** It is about to say this. */
    void onSent(Message message) {
        if (message instanceof PreVoteReply reply
                && reply.granted()
                && !grantable.contains(new Grantable(reply.to(), reply.requestTerm()))) {
            throw new Violation(
                    "L4",
                    reply + ", though it has a leader or more in its log than who asks, so that the answer is no");
        }
    }
}
