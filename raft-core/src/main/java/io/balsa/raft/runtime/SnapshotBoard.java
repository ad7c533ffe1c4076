package io.balsa.raft.runtime;

import io.balsa.raft.cluster.NodeIdentity;
import io.balsa.raft.storage.SnapshotInfo;
import io.balsa.raft.storage.SnapshotSink;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What has become of this server's snapshots: the newest for everybody to ask for, and all of it in the log for operators.
 * Safe for use by several threads.
 */
final class SnapshotBoard {

    private static final Logger LOG = LoggerFactory.getLogger("io.balsa.raft");

    private final NodeIdentity identity;
    private volatile Optional<SnapshotInfo> newest;
    private volatile boolean publishing;
    private volatile long damagedIndex; // written by the load agent only
    private volatile Runnable whenPublished = () -> {};

    SnapshotBoard(NodeIdentity identity, Optional<SnapshotInfo> stored) {
        this.identity = identity;
        this.newest = stored;
    }

    /** Whose snapshots they are. */
    String cluster() {
        return identity.cluster();
    }

    /** The newest that the storage is known to have. */
    Optional<SnapshotInfo> newest() {
        return newest;
    }

    /** Up to where the newest one reaches; 0 if there is none. */
    long newestIndex() {
        return indexOf(newest());
    }

    private static long indexOf(Optional<SnapshotInfo> snapshot) {
        return snapshot.map(SnapshotInfo::index).orElse(0L);
    }

    /** Says who wants to hear when {@link #publish} has ended. */
    void whenPublished(Runnable told) {
        whenPublished = told;
    }

    /**
     * Has the storage publish a snapshot, whereupon it may let go of older ones. As long as that lasts, one that is gone may
     * have a successor that is not the {@link #newest} yet. Called by the snapshot agent.
     */
    SnapshotInfo publish(SnapshotSink sink) {
        publishing = true;
        try {
            SnapshotInfo snapshot = sink.commit();
            if (snapshot.index() >= newestIndex()) {
                newest = Optional.of(snapshot);
            }
            return snapshot;
        } finally {
            publishing = false;
            whenPublished.run();
        }
    }

    boolean isPublishing() {
        return publishing;
    }

    void taken(SnapshotInfo snapshot) {
        say(snapshot, "taken");
    }

    void received(SnapshotInfo snapshot) {
        say(snapshot, "received");
    }

    void restored(SnapshotInfo snapshot) {
        say(snapshot, "restored");
    }

    private void say(SnapshotInfo snapshot, String what) {
        LOG.info("node={} cluster={} {}: {}", identity.node().value(), identity.cluster(), what, snapshot);
    }

    /** The storage has found damage, which is gone when a snapshot stands for the log up to this index. */
    void damaged(String finding, long lastIndex) {
        damagedIndex = Math.max(damagedIndex, lastIndex);
        LOG.error(
                "node={} cluster={} the store is damaged: {}; a snapshot is taken, which stands for that from then on",
                identity.node().value(),
                identity.cluster(),
                finding);
    }

    /** The damage is gone. */
    void mended(String finding) {
        LOG.info(
                "node={} cluster={} what was damaged in the store is gone: {}",
                identity.node().value(),
                identity.cluster(),
                finding);
    }

    /** The log is damaged at some place up to here, so it had better begin after it; 0 if it is not. */
    long damagedIndex() {
        return damagedIndex;
    }

    void couldNot(String what, Exception reason) {
        LOG.warn(
                "node={} cluster={} could not {}: {}",
                identity.node().value(),
                identity.cluster(),
                what,
                reason.toString());
    }
}
