package io.balsa.raft.core;

import io.balsa.raft.cluster.ChangeRefusal;
import io.balsa.raft.cluster.NodeId;
import io.balsa.raft.message.TimeoutNow;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Hands the leadership over (section 3.10): takes no more proposals, waits until the other server has all of the log, and
 * tells it to begin an election at once. If that does not come to anything within an election timeout, goes on leading. Of a
 * leader.
 */
final class Transfer {

    private record Going(long request, NodeId target, long deadlineNanos) {}

    private final RaftCore core;
    private final RaftLog log;
    private final Replicator replicator;
    private final Lease lease;
    private @Nullable Going going;
    private boolean asked;
    private long offers;

    Transfer(RaftCore core, Replicator replicator, Lease lease) {
        this.core = core;
        this.log = core.log();
        this.replicator = replicator;
        this.lease = lease;
    }

    boolean isUnderWay() {
        return going != null;
    }

    void onRequested(Input.TransferRequested input, boolean changing) {
        Optional<ChangeRefusal> refusal = refusalOf(input, changing);
        if (refusal.isPresent()) {
            core.tell(new Notice.ChangeRefused(input.request(), refusal.get()));
            return;
        }
        NodeId target = input.target().or(this::fittest).orElseThrow();
        going = new Going(
                input.request(), target, core.nowNanos() + core.settings().electionTimeoutNanos());
        asked = false;
    }

    private Optional<ChangeRefusal> refusalOf(Input.TransferRequested input, boolean changing) {
        if (going != null) {
            return Optional.of(ChangeRefusal.TRANSFER_IN_PROGRESS);
        }
        if (changing) {
            return Optional.of(ChangeRefusal.CHANGE_IN_PROGRESS);
        }
        if (input.target().isEmpty()) {
            return fittest().isPresent() ? Optional.empty() : Optional.of(ChangeRefusal.NO_SUCCESSOR);
        }
        NodeId target = input.target().get();
        if (target.equals(core.self())) {
            return Optional.of(ChangeRefusal.ALREADY_LEADS);
        }
        if (!log.membership().contains(target)) {
            return Optional.of(ChangeRefusal.NOT_A_MEMBER);
        }
        return log.membership().voters().contains(target) ? Optional.empty() : Optional.of(ChangeRefusal.NOT_A_VOTER);
    }

    /** A voter that was heard lately; of these one with the highest priority; of these the one that has most of the log. */
    Optional<NodeId> fittest() {
        Comparator<Progress> byFitness = Comparator.comparingInt(
                        (Progress follower) -> log.membership().priorityOf(follower.id()))
                .thenComparingLong(Progress::matchIndex)
                .thenComparing(Progress::id, Comparator.reverseOrder());
        return replicator.followers().stream()
                .filter(this::isFit)
                .max(byFitness)
                .map(Progress::id);
    }

    private boolean isFit(Progress follower) {
        return log.membership().voters().contains(follower.id())
                && !follower.isForgetful()
                && core.nowNanos() - follower.lastHeardNanos() < core.settings().electionTimeoutNanos();
    }

    /** Asks the target as soon as it has everything, and again with each heartbeat, because a message may be lost. */
    void settle(boolean heartbeat) {
        if (going != null && (!asked || heartbeat) && replicator.matchIndex(going.target) == log.lastIndex()) {
            ask(going.target);
            asked = true;
        }
    }

    private void ask(NodeId target) {
        lease.giveAway();
        core.send(new TimeoutNow(core.currentTerm(), core.self(), target));
    }

    void onTimePassed() {
        if (going != null && core.nowNanos() - going.deadlineNanos >= 0) {
            core.tell(new Notice.ChangeRefused(going.request, ChangeRefusal.TRANSFER_TIMED_OUT));
            going = null;
        }
    }

    /** When it is to be looked at again, if that is before {@code deadlineNanos}. */
    long earlierDeadline(long deadlineNanos) {
        return going != null && going.deadlineNanos - deadlineNanos < 0 ? going.deadlineNanos : deadlineNanos;
    }

    Notice.Refusal refusal() {
        return isUnderWay() ? Notice.Refusal.TRANSFER_IN_PROGRESS : Notice.Refusal.DISK_FULL;
    }

    /**
     * A leader whose disk is full takes no commands, so anybody else who has all of the log may lead as soon as it likes; whose
     * disk is full too, will not. They are asked in turn, because it is not known whose that is. If nobody can do better, this
     * server goes on to lead, and reads are served.
     */
    void offer() {
        if (!core.disk().isFull() || isUnderWay()) {
            return;
        }
        List<NodeId> heirs = replicator.followers().stream()
                .filter(this::isFit)
                .map(Progress::id)
                .filter(heir -> replicator.matchIndex(heir) == log.lastIndex())
                .sorted()
                .toList();
        if (!heirs.isEmpty()) {
            ask(heirs.get((int) (offers++ % heirs.size())));
        }
    }

    /** This server has no vote any more, so it steps down, and somebody else may as well lead at once. */
    void bequeath() {
        fittest().filter(heir -> replicator.matchIndex(heir) == log.lastIndex()).ifPresent(this::ask);
    }

    /** This server leads no more: whoever waits is told as soon as it is known who does. */
    void end() {
        if (going != null) {
            core.successors().add(going.request);
            going = null;
        }
    }
}
