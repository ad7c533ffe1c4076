package io.balsa.raft.testkit.oracle;

import io.balsa.raft.cluster.Membership;
import io.balsa.raft.cluster.NodeId;
import io.balsa.raft.core.Input;
import io.balsa.raft.core.RaftCore;
import io.balsa.raft.core.Ready;
import io.balsa.raft.message.PreVoteReply;
import io.balsa.raft.message.RequestVoteReply;
import io.balsa.raft.storage.LogPosition;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Whether a server, in one life, is fit to ask for an election, and free to vote in one: a leader's lease may bind it, its
 * disk may be slow, it may have forgotten what it voted, and it may have been told that it is no member any more. Of who is
 * not fit, no rule says when its election timer runs out.
 */
final class Fitness {

    /** A Ready that has something to write. */
    private record Given(long number, long nanos) {}

    private final ServerView view;
    private final NodeId self;
    private final Limits limits;
    private final Deque<Given> unfinished = new ArrayDeque<>();
    private long nowNanos;
    private long heardNanos; // when a leader was heard, or else when the server has started, at the latest
    private long surelyHeardNanos; // the same, at the earliest
    private boolean isRemoved;
    private boolean isWhole; // has all that its disk had, or a leader's word that it was not needed
    private boolean isFull;
    private long handedOverNanos; // when it was asked last to hand over
    private boolean handsOver;

    Fitness(ServerView view, Limits limits) {
        this.view = view;
        self = view.id;
        this.limits = limits;
    }

    /** The server has just started, not before that time. */
    void begin(long nanos, long earliestNanos) {
        nowNanos = nanos;
        heardNanos = nanos;
        surelyHeardNanos = earliestNanos;
    }

    void heardLeader() {
        heardNanos = nowNanos;
        surelyHeardNanos = nowNanos;
        isRemoved = false;
    }

    void onStep(RaftCore core, Input input) {
        if (input instanceof Input.TimePassed time) {
            nowNanos = time.nowNanos();
        } else if (input instanceof Input.Persisted persisted) {
            while (!unfinished.isEmpty() && unfinished.peek().number <= persisted.number()) {
                unfinished.remove();
            }
        } else if (input instanceof Input.RoomChanged room) {
            isFull = !room.hasRoom();
        } else if (input instanceof Input.TransferRequested) {
            handsOver = true;
            handedOverNanos = nowNanos;
        } else if (input instanceof Input.Received received && received.message() instanceof PreVoteReply reply) {
            hear(core, reply.removedAt());
        } else if (input instanceof Input.Received received && received.message() instanceof RequestVoteReply reply) {
            hear(core, reply.removedAt());
        }
    }

    /** It is told that a membership is committed there that lacks it. */
    private void hear(RaftCore core, long removedAt) {
        isRemoved |= removedAt > 0 && removedAt >= core.membershipIndex();
    }

    void onReady(Ready ready) {
        if (ready.mustSync()) {
            unfinished.add(new Given(ready.number(), nowNanos));
        }
    }

    boolean hasSlowDisk() {
        return !unfinished.isEmpty() && nowNanos - unfinished.peek().nanos >= limits.sync();
    }

    /** Whether it has less than its disk once had, as damage took the rest and nobody has given it back in this life. */
    boolean isMending(RaftCore core) {
        LogPosition last = new LogPosition(core.lastIndex(), core.termAt(core.lastIndex()));
        isWhole |= last.isAtLeastAsUpToDateAs(view.promised);
        return !isWhole;
    }

    private boolean isForgetful(RaftCore core) {
        long known = core.membership().storeOf(self);
        long store = view.store().id;
        return known != 0 && store != 0 && known != store;
    }

    static boolean isOnlyVoter(RaftCore core) {
        Membership membership = core.membership();
        return !membership.isJoint() && membership.voters().size() == 1 && membership.isVoter(core.self());
    }

    /** Whether, for sure, a leader may read on the strength of what this server has answered. */
    boolean isBound(RaftCore core) {
        return isBoundSince(surelyHeardNanos) && !isOnlyVoter(core);
    }

    /** The only voter may still be bound to who led when there were others. */
    private boolean isBoundSince(long nanos) {
        return limits.lease() > 0 && nowNanos - nanos < limits.timeout();
    }

    /** Whether it may take over, if the leader wants it to. */
    boolean mayTakeOver(RaftCore core) {
        return isSound(core) && !isFull;
    }

    private boolean isSound(RaftCore core) {
        return core.membership().isVoter(self) && !isForgetful(core) && !isMending(core) && !hasSlowDisk();
    }

    /** Whether it must ask for an election when its timer runs out. */
    boolean isOpen(RaftCore core) {
        return isSound(core) && (!isFull || isOnlyVoter(core)) && !isRemoved && !isBoundSince(heardNanos);
    }

    /** Whether the core has another reason than its election timer to look up at this time. */
    boolean hasDeadlineAt(long nanos) {
        boolean waitsForSuccessor = handsOver && nowNanos - handedOverNanos < 4 * limits.timeout();
        return waitsForSuccessor || (!unfinished.isEmpty() && nanos == unfinished.peek().nanos + limits.sync());
    }
}
