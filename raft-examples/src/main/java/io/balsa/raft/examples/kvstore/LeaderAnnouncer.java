package io.balsa.raft.examples.kvstore;

import io.balsa.raft.RaftNode;
import io.balsa.raft.RaftStatus;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/** Replicates where clients reach this node, once for each term it leads, so that the others can redirect to it. */
final class LeaderAnnouncer implements AutoCloseable {

    private static final Duration INTERVAL = Duration.ofMillis(20);

    private final RaftNode node;
    private final byte[] announcement;
    private final ScheduledExecutorService timer;
    private final AtomicBoolean underWay = new AtomicBoolean();
    private volatile long announcedTerm;

    private LeaderAnnouncer(RaftNode node, URI clientAddress) {
        this.node = node;
        this.announcement =
                KvCodec.encode(new KvCommand.Announce(node.identity().node().value(), clientAddress.toString()));
        this.timer = Executors.newSingleThreadScheduledExecutor(task -> new Thread(task, "kv-announcer"));
    }

    /** Begins to watch this node. */
    static LeaderAnnouncer start(RaftNode node, URI clientAddress) {
        LeaderAnnouncer announcer = new LeaderAnnouncer(node, clientAddress);
        var unused = announcer.timer.scheduleWithFixedDelay(
                announcer::announceIfNew, 0, INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
        return announcer;
    }

    private void announceIfNew() {
        RaftStatus status = node.status();
        boolean due = status.isLeader() && status.term() != announcedTerm;
        if (!due || !underWay.compareAndSet(false, true)) {
            return;
        }
        var unused = node.propose(announcement.clone()).whenComplete((applied, failure) -> {
            if (failure == null) {
                announcedTerm = status.term();
            }
            underWay.set(false); // after a failure the next round tries again, if this node still leads
        });
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
