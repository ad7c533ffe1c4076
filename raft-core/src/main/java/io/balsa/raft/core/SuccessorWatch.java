package io.balsa.raft.core;

import io.balsa.raft.cluster.ChangeRefusal;
import io.balsa.raft.cluster.NodeId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Those who asked this server, when it led, to hand over, and wait until it is known who leads now. */
final class SuccessorWatch {

    private record Waiting(long request, long deadlineNanos) {}

    private final RaftCore core;
    private final List<Waiting> waiting = new ArrayList<>();

    SuccessorWatch(RaftCore core) {
        this.core = core;
    }

    void add(long request) {
        waiting.add(new Waiting(request, core.nowNanos() + 2 * core.settings().electionTimeoutNanos()));
    }

    /** Tells whoever can be told by now. */
    void look() {
        if (waiting.isEmpty()) {
            return;
        }
        Optional<NodeId> leader = core.leader();
        if (leader.isPresent()) {
            boolean own = leader.get().equals(core.self());
            for (Waiting one : waiting) {
                core.tell(
                        own
                                ? new Notice.ChangeRefused(one.request, ChangeRefusal.TRANSFER_TIMED_OUT)
                                : new Notice.TransferDone(one.request, leader.get()));
            }
            waiting.clear();
        }
        waiting.removeIf(one -> {
            boolean late = core.nowNanos() - one.deadlineNanos >= 0;
            if (late) {
                core.tell(new Notice.ChangeRefused(one.request, ChangeRefusal.TRANSFER_TIMED_OUT));
            }
            return late;
        });
    }

    long earlierDeadline(long deadlineNanos) {
        long earliest = deadlineNanos;
        for (Waiting one : waiting) {
            if (one.deadlineNanos - earliest < 0) {
                earliest = one.deadlineNanos;
            }
        }
        return earliest;
    }
}
