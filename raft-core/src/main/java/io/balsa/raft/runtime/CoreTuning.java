package io.balsa.raft.runtime;

import io.balsa.raft.RaftConfig;
import io.balsa.raft.SnapshotConfig;
import io.balsa.raft.core.CoreOptions;
import io.balsa.raft.core.CoreSettings;

/** The numbers the core needs, from the settings that users know. */
final class CoreTuning {

    private CoreTuning() {}

    static CoreSettings of(RaftConfig config) {
        return new CoreSettings(
                config.electionTimeout().toNanos(),
                config.heartbeatInterval().toNanos(),
                config.preVote(),
                config.checkQuorum(),
                config.maxBatchBytes(),
                config.maxInflightMessages(),
                config.maxInflightBytes(),
                config.maxPendingBytes(),
                config.logCacheBytes(),
                options(config));
    }

    private static CoreOptions options(RaftConfig config) {
        SnapshotConfig snapshots = config.snapshots();
        long timeout = config.electionTimeout().toNanos();
        return new CoreOptions(
                config.leaseReads() ? (long) (timeout * (1 - config.maxClockDrift())) : 0,
                config.maxSyncDelay().toNanos(),
                config.silenceThreshold().toNanos(),
                config.catchUpTimeout().toNanos(),
                snapshots.trailingEntries(),
                snapshots.pieceBytes(),
                snapshots.bytesPerSecond());
    }
}
