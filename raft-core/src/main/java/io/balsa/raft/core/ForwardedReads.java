package io.balsa.raft.core;

import io.balsa.raft.cluster.NodeId;
import io.balsa.raft.message.ReadReply;
import io.balsa.raft.message.ReadRequest;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Reads of a follower that wait for the leader's answer: "followers can help offload the processing of read-only queries"
 * (section 6.4). Asked again if no answer comes, because a message may be lost, and given up after two election timeouts.
 */
final class ForwardedReads {

    private static final class Waiting {
        private final long read;
        private final long giveUpNanos;
        private long askAgainNanos;

        Waiting(long read, long giveUpNanos, long askAgainNanos) {
            this.read = read;
            this.giveUpNanos = giveUpNanos;
            this.askAgainNanos = askAgainNanos;
        }
    }

    private final RaftCore core;
    private final Map<Long, Waiting> waiting = new TreeMap<>();

    ForwardedReads(RaftCore core) {
        this.core = core;
    }

    void ask(long read, NodeId leader) {
        // An answer to a question of an earlier life of this server must not pass for an answer to this one: so the
        // number is drawn, not counted.
        long id = core.random().nextLong();
        long giveUp = core.nowNanos() + 2 * core.settings().electionTimeoutNanos();
        waiting.put(id, new Waiting(read, giveUp, nextTry()));
        core.send(new ReadRequest(core.currentTerm(), core.self(), leader, id));
    }

    void onReply(ReadReply reply) {
        Waiting answered = waiting.remove(reply.id());
        if (answered != null) {
            core.tell(new Notice.ReadReady(answered.read, reply.index()));
        }
    }

    void onTimePassed(@Nullable NodeId leader) {
        long now = core.nowNanos();
        waiting.values().removeIf(read -> {
            boolean tooLate = now - read.giveUpNanos >= 0;
            if (tooLate) {
                core.tell(new Notice.ReadFailed(read.read, Notice.Refusal.TIMED_OUT));
            }
            return tooLate;
        });
        waiting.forEach((id, read) -> {
            if (leader != null && now - read.askAgainNanos >= 0) {
                read.askAgainNanos = nextTry();
                core.send(new ReadRequest(core.currentTerm(), core.self(), leader, id));
            }
        });
    }

    void failAll() {
        waiting.values().forEach(read -> core.tell(new Notice.ReadFailed(read.read, Notice.Refusal.NOT_LEADER)));
        waiting.clear();
    }

    /** The earlier of this deadline and the next thing to do for a read. */
    long earlierDeadline(long deadlineNanos) {
        long earliest = deadlineNanos;
        for (Waiting read : waiting.values()) {
            earliest = read.giveUpNanos - earliest < 0 ? read.giveUpNanos : earliest;
            earliest = read.askAgainNanos - earliest < 0 ? read.askAgainNanos : earliest;
        }
        return earliest;
    }

    private long nextTry() {
        return core.nowNanos() + 2 * core.settings().heartbeatIntervalNanos();
    }
}
