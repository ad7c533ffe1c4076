package io.balsa.raft.runtime;

import io.balsa.raft.cluster.NodeIdentity;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells operators that the disk does not answer or is full, and that it is well again: a leader that has given up its leadership because of
 * that should not be a riddle. Used by the consensus agent.
 */
final class StallLog {

    private static final Logger LOG = LoggerFactory.getLogger("io.balsa.raft");

    private record Write(long number, long nanos) {}

    private final NodeIdentity identity;
    private final long longestNanos;
    private final Deque<Write> writes = new ArrayDeque<>();
    private boolean told;
    private boolean full;

    StallLog(NodeIdentity identity, long longestNanos) {
        this.identity = identity;
        this.longestNanos = longestNanos;
    }

    /** The Ready of this number has something to write. */
    void given(long number, long nowNanos) {
        writes.add(new Write(number, nowNanos));
    }

    /** What was to be written up to the Ready of this number is durable. */
    void persisted(long number, long nowNanos) {
        long oldest = writes.isEmpty() ? nowNanos : writes.peek().nanos;
        while (!writes.isEmpty() && writes.peek().number <= number) {
            writes.remove();
        }
        if (told && !isStalled(nowNanos)) {
            told = false;
            LOG.info(
                    "node={} cluster={} the disk answers again, after {} ms",
                    identity.node().value(),
                    identity.cluster(),
                    TimeUnit.NANOSECONDS.toMillis(nowNanos - oldest));
        }
    }

    /** The disk has become full, or there is room again. */
    void room(boolean there) {
        full = !there;
        if (there) {
            LOG.info(
                    "node={} cluster={} there is room on the disk again",
                    identity.node().value(),
                    identity.cluster());
        } else {
            LOG.warn(
                    "node={} cluster={} the disk is full: the node takes no commands, hands over if it leads, serves reads,"
                            + " and goes on by itself when there is room; free some",
                    identity.node().value(),
                    identity.cluster());
        }
    }

    void look(long nowNanos) {
        if (!told && !full && isStalled(nowNanos)) {
            told = true;
            LOG.warn(
                    "node={} cluster={} the disk has not answered for {} ms; a leader steps down because of that",
                    identity.node().value(),
                    identity.cluster(),
                    TimeUnit.NANOSECONDS.toMillis(nowNanos - writes.element().nanos));
        }
    }

    private boolean isStalled(long nowNanos) {
        return !writes.isEmpty() && nowNanos - writes.peek().nanos >= longestNanos;
    }
}
