package io.balsa.raft.testkit.oracle;

import io.balsa.raft.cluster.NodeId;
import io.balsa.raft.cluster.RaftRole;
import io.balsa.raft.core.Input;
import io.balsa.raft.core.RaftCore;
import io.balsa.raft.core.Ready;
import io.balsa.raft.message.AppendEntries;
import io.balsa.raft.message.Heartbeat;
import io.balsa.raft.message.InstallSnapshot;
import io.balsa.raft.message.Message;
import io.balsa.raft.message.PreVote;
import io.balsa.raft.message.PreVoteReply;
import io.balsa.raft.message.RequestVote;
import io.balsa.raft.message.RequestVoteReply;
import io.balsa.raft.message.TimeoutNow;
import io.balsa.raft.storage.LogPosition;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Follows, for one server in one life, the rules that keep elections from disturbing a cluster and from never ending, and
 * compares what the server does with them: a cluster that breaks them is slow to elect, or deposes healthy leaders, but
 * elects in the end, so that a bound on the time alone would hardly ever show it. They are those of figure 3.1 for the
 * election timer, of sections 4.2.3 and 9.6 for who must not be listened to, of 3.10 for who begins at once, and of 6.4.1
 * for who is bound to a leader.
 */
final class ElectionRules {

    /** A pre-vote that may be granted. */
    private record Grantable(NodeId asker, long term) {}

    private static final int REMEMBERED = 64;
    private static final int MOST_WAITS = 3; // for those with a higher priority, an election timeout each

    private final ServerView view;
    private final NodeId self;
    private final Limits limits;
    private final Fitness fitness;
    private final List<Grantable> grantable = new ArrayList<>();
    private boolean timeIsKnown;
    private long nowNanos;
    private long heardNanos; // when a leader was heard
    private long latestDeadlineNanos; // when the election timer of a follower runs out at the latest
    private long longestWait; // before the last step
    private @Nullable Message stepped; // and not looked at yet
    private boolean timePassed; // was what was stepped last
    private RaftRole roleBefore = RaftRole.FOLLOWER;
    private long termBefore;
    private boolean mustKeepTerm;
    private boolean mustRefuse;
    private boolean mustBegin;

    ElectionRules(ServerView view, Limits limits) {
        this.view = view;
        self = view.id;
        this.limits = limits;
        fitness = new Fitness(view, limits);
    }

    /** This is about to happen; what happened before is over. */
    void onStep(RaftCore core, Input input) {
        look(core);
        longestWait = longestWait(core);
        if (input instanceof Input.TimePassed time) {
            if (!timeIsKnown) {
                latestDeadlineNanos = core.nextDeadlineNanos();
                fitness.begin(time.nowNanos(), Math.min(time.nowNanos(), latestDeadlineNanos - longestWait));
            }
            timeIsKnown = true;
            nowNanos = time.nowNanos();
        } else if (input instanceof Input.Received received && timeIsKnown) {
            receive(core, received.message());
        }
        fitness.onStep(core, input);
        timePassed = input instanceof Input.TimePassed;
        roleBefore = core.role();
        termBefore = core.currentTerm();
    }

    /** The core wants this done. */
    void onReady(Ready ready) {
        fitness.onReady(ready);
    }

    /** The timer of a follower runs for twice the election timeout at most, and one more for each higher priority. */
    private long longestWait(RaftCore core) {
        return limits.timeout() * (2 + core.membership().prioritiesAbove(self, MOST_WAITS));
    }

    private void receive(RaftCore core, Message message) {
        stepped = message;
        boolean ofLeader =
                message instanceof AppendEntries || message instanceof Heartbeat || message instanceof InstallSnapshot;
        if (ofLeader && message.term() >= core.currentTerm()) {
            heardNanos = nowNanos;
            latestDeadlineNanos = nowNanos + longestWait;
            fitness.heardLeader();
        } else if (message instanceof PreVote question) {
            if (hasAll(core, question.last())
                    && !fitness.isMending(core)
                    && !hearsLeader(core)
                    && !fitness.isBound(core)) {
                grantable.add(new Grantable(question.from(), question.term()));
                if (grantable.size() > REMEMBERED) {
                    grantable.remove(0);
                }
            }
        } else if (message instanceof RequestVote request && !request.transfer()) {
            boolean bound = fitness.isBound(core);
            mustKeepTerm =
                    request.term() > core.currentTerm() && (bound || (limits.checkQuorum() && hearsLeader(core)));
            mustRefuse = bound && !core.votedFor().equals(Optional.of(request.from()));
        } else if (message instanceof TimeoutNow) {
            mustBegin = core.role() == RaftRole.FOLLOWER
                    && message.term() == core.currentTerm()
                    && core.leader().equals(Optional.of(message.from()))
                    && fitness.mayTakeOver(core);
        }
    }

    private static boolean hasAll(RaftCore core, LogPosition asker) {
        return asker.isAtLeastAsUpToDateAs(new LogPosition(core.lastIndex(), core.termAt(core.lastIndex())));
    }

    private boolean hearsLeader(RaftCore core) {
        Optional<NodeId> leader = core.leader();
        return leader.isPresent() && (leader.get().equals(self) || nowNanos - heardNanos < limits.timeout());
    }

    /** What has the last step come to? */
    void look(RaftCore core) {
        Message message = stepped;
        stepped = null;
        lookAtTerm(core, message);
        lookAtTransfer(core, message);
        lookAtOffice(core);
        boolean followed = roleBefore == RaftRole.FOLLOWER;
        boolean granted = message instanceof RequestVote
                && core.currentTerm() == message.term()
                && core.votedFor().equals(Optional.of(message.from()));
        if (granted && mustRefuse) {
            throw new Violation("R3", self + " is bound by its leader's lease and votes for " + message);
        }
        mustRefuse = false;
        long latest = nowNanos + Math.max(longestWait, longestWait(core));
        if (!followed) {
            latestDeadlineNanos = latest;
        } else if (granted && latest - latestDeadlineNanos > 0) {
            // Who is asked once more, and has more in its log by now, refuses: its timer runs on as it was set, which
            // may
            // have been when more voters had a higher priority.
            latestDeadlineNanos = latest;
        } else if (timePassed && !fitness.isOpen(core) && latest - latestDeadlineNanos > 0) {
            latestDeadlineNanos = latest; // it may have waited in vain, and waits on
        }
        if (core.role() == RaftRole.FOLLOWER && timeIsKnown && view.readsAsked.isEmpty()) {
            lookAtTimer(core, message, granted);
        }
    }

    private void lookAtTerm(RaftCore core, @Nullable Message message) {
        if (mustKeepTerm && core.currentTerm() != termBefore) {
            throw new Violation("L4", self + " hears its leader and lets " + message + " move it to another term");
        }
        mustKeepTerm = false;
        boolean isOld = message != null && message.term() < termBefore;
        boolean ofAnyTerm = message instanceof PreVote || message instanceof PreVoteReply;
        boolean givesUp = message instanceof RequestVoteReply reply // it is no member any more, whatever the term
                && reply.removedAt() > 0
                && roleBefore == RaftRole.CANDIDATE;
        if (isOld && !ofAnyTerm && !givesUp && core.role() != roleBefore) {
            throw new Violation(
                    "S1", self + " in term " + termBefore + " is " + core.role() + " because of " + message);
        }
    }

    /** Who is asked to take over begins at once, and asks nobody whether it may. */
    private void lookAtTransfer(RaftCore core, @Nullable Message message) {
        boolean hasBegun = core.role() == RaftRole.CANDIDATE && core.currentTerm() == termBefore + 1;
        if (mustBegin && !hasBegun) {
            throw new Violation("L2", self + " is asked to lead, " + message + ", and is " + core.role());
        }
        mustBegin = false;
    }

    /**
     * A leader stays one until it hears of a later term, or it is committed that it has no vote, or, when it looks at the
     * clock, it misses a quorum or its own disk (L5); and that disk it must miss (L6).
     */
    private void lookAtOffice(RaftCore core) {
        if (roleBefore != RaftRole.LEADER || core.currentTerm() != termBefore) {
            return;
        }
        boolean isOut = !core.membership().isVoter(self) && core.membershipIndex() <= core.commitIndex();
        if (core.role() != RaftRole.LEADER && !timePassed && !isOut) {
            throw new Violation("L5", self + " gives up the lead of term " + termBefore + " without a reason");
        }
        if (core.role() == RaftRole.LEADER && timePassed && fitness.hasSlowDisk() && !Fitness.isOnlyVoter(core)) {
            throw new Violation("L6", self + " leads on, though its disk has not answered for long");
        }
    }

    private void lookAtTimer(RaftCore core, @Nullable Message message, boolean granted) {
        long deadline = core.nextDeadlineNanos();
        if (deadline - latestDeadlineNanos > 0) {
            throw new Violation(
                    "L1", self + " waits longer for a leader than since it heard one, because of " + message);
        }
        boolean isTimer = !fitness.hasDeadlineAt(deadline);
        if (granted && core.currentTerm() > termBefore && isTimer && deadline - nowNanos < limits.timeout()) {
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
