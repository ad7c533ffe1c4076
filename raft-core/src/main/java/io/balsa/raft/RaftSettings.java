package io.balsa.raft;

import static io.balsa.raft.SettingChecks.range;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The values behind {@link RaftConfig}, which explains them: changed by its builder only, and never once they are built. */
final class RaftSettings {

    private static final Duration MIN_HEARTBEAT = Duration.ofMillis(1);
    private static final Duration MIN_TIMEOUT = Duration.ofMillis(10);
    private static final Duration MAX_TIMEOUT = Duration.ofMinutes(10);
    private static final Duration MAX_PATIENCE = Duration.ofDays(1);
    private static final double MAX_DRIFT = 0.5;
    private static final int TIMEOUTS_OF_PATIENCE = 5;
    private static final int DERIVED = Integer.MIN_VALUE; // not set: a part of the memory budget
    private static final int KIB = 1 << 10;
    private static final int MIB = 1 << 20;

    Duration electionTimeout = Duration.ofSeconds(1);
    Duration heartbeatInterval = Duration.ofMillis(100);
    Duration closeTimeout = Duration.ofSeconds(5);
    boolean preVote = true;
    boolean checkQuorum = true;
    int maxCommandBytes = MIB;
    int maxBatchBytes = DERIVED;
    int maxInflightMessages = 256;
    long maxInflightBytes = DERIVED;
    long maxPendingBytes = DERIVED;
    int maxPendingReads = 65536;
    long maxInboxBytes = DERIVED;
    long logCacheBytes = DERIVED;
    long memoryBudget = DERIVED;
    private long leastBudget;
    IdleStrategy idleStrategy = IdleStrategy.PARK;
    SnapshotConfig snapshots = SnapshotConfig.defaults();
    boolean leaseReads;
    double maxClockDrift = 0.1;

    @Nullable
    Duration maxSyncDelay;

    @Nullable
    Duration silenceThreshold;

    Duration catchUpTimeout = Duration.ofMinutes(5);
    boolean transferOnClose;
    boolean forwardProposals;
    int divergenceInterval = 1024;

    RaftSettings copy() {
        RaftSettings copy = new RaftSettings();
        copy.electionTimeout = electionTimeout;
        copy.heartbeatInterval = heartbeatInterval;
        copy.closeTimeout = closeTimeout;
        copy.preVote = preVote;
        copy.checkQuorum = checkQuorum;
        copy.maxCommandBytes = maxCommandBytes;
        copy.maxBatchBytes = maxBatchBytes;
        copy.maxInflightMessages = maxInflightMessages;
        copy.maxInflightBytes = maxInflightBytes;
        copy.maxPendingBytes = maxPendingBytes;
        copy.maxPendingReads = maxPendingReads;
        copy.maxInboxBytes = maxInboxBytes;
        copy.logCacheBytes = logCacheBytes;
        copy.memoryBudget = memoryBudget;
        copy.idleStrategy = idleStrategy;
        copy.snapshots = snapshots;
        copy.leaseReads = leaseReads;
        copy.maxClockDrift = maxClockDrift;
        copy.maxSyncDelay = maxSyncDelay;
        copy.silenceThreshold = silenceThreshold;
        copy.catchUpTimeout = catchUpTimeout;
        copy.transferOnClose = transferOnClose;
        copy.forwardProposals = forwardProposals;
        copy.divergenceInterval = divergenceInterval;
        return copy;
    }

    /** Five election timeouts, if not set. */
    Duration maxSyncDelay() {
        return maxSyncDelay == null ? patience() : maxSyncDelay;
    }

    /** Five election timeouts, if not set. */
    Duration silenceThreshold() {
        return silenceThreshold == null ? patience() : silenceThreshold;
    }

    private Duration patience() {
        return longest(electionTimeout, MIN_TIMEOUT).multipliedBy(TIMEOUTS_OF_PATIENCE);
    }

    /** Fills in what was not set and is a part of the memory budget. */
    void derive(long heapBytes) {
        boolean batches = maxBatchBytes == DERIVED;
        boolean pieces = !snapshots.hasPieceBytes();
        MemoryShares.Given given = new MemoryShares.Given(
                maxCommandBytes, batches ? 0 : maxBatchBytes, pieces ? 0 : snapshots.pieceBytes());
        leastBudget = given.least();
        if (memoryBudget == DERIVED) {
            memoryBudget = given.budgetOfHeap(heapBytes);
        }
        MemoryShares shares = MemoryShares.of(Math.max(leastBudget, memoryBudget), given);
        maxBatchBytes = batches ? shares.batchBytes() : maxBatchBytes;
        snapshots = pieces ? snapshots.withPieceBytes(shares.pieceBytes()) : snapshots;
        maxInflightBytes = setOr(maxInflightBytes, shares.windowBytes());
        maxPendingBytes = setOr(maxPendingBytes, shares.pendingBytes());
        maxInboxBytes = setOr(maxInboxBytes, shares.inboxBytes());
        logCacheBytes = setOr(logCacheBytes, shares.cacheBytes());
    }

    private static long setOr(long value, long derived) {
        return value == DERIVED ? derived : value;
    }

    private int longestMessage() {
        return Math.max(KIB, Math.max(maxCommandBytes, maxBatchBytes));
    }

    /**
     * All together.
     *
     * @throws IllegalArgumentException if some are wrong
     */
    void check() {
        List<String> problems = new ArrayList<>();
        range(problems, "electionTimeout", electionTimeout, MIN_TIMEOUT, MAX_TIMEOUT);
        range(problems, "heartbeatInterval", heartbeatInterval, MIN_HEARTBEAT, longestHeartbeat());
        range(problems, "closeTimeout", closeTimeout, Duration.ZERO, MAX_TIMEOUT);
        range(problems, "maxCommandBytes", maxCommandBytes, 1, 4 * MIB);
        range(problems, "maxBatchBytes", maxBatchBytes, KIB, 4 * MIB);
        range(problems, "maxInflightMessages", maxInflightMessages, 1, 65536);
        range(problems, "maxInflightBytes", maxInflightBytes, Math.max(KIB, maxBatchBytes), Long.MAX_VALUE);
        range(problems, "maxPendingBytes", maxPendingBytes, Math.max(1, maxCommandBytes), Long.MAX_VALUE);
        range(problems, "maxPendingReads", maxPendingReads, 1, Integer.MAX_VALUE);
        range(problems, "maxInboxBytes", maxInboxBytes, 2L * longestMessage(), Long.MAX_VALUE);
        range(problems, "logCacheBytes", logCacheBytes, Math.max(KIB, maxBatchBytes), Long.MAX_VALUE);
        range(problems, "memoryBudget", memoryBudget, leastBudget, Long.MAX_VALUE);
        range(problems, "maxClockDrift", maxClockDrift, 0, MAX_DRIFT);
        if (leaseReads && !checkQuorum) {
            problems.add("leaseReads is true but needs checkQuorum, which is false");
        }
        Duration leastDelay = shortest(longest(electionTimeout, MIN_TIMEOUT), MAX_TIMEOUT);
        range(problems, "maxSyncDelay", maxSyncDelay(), leastDelay, MAX_PATIENCE);
        Duration leastSilence = shortest(longest(heartbeatInterval, MIN_HEARTBEAT), MAX_TIMEOUT);
        range(problems, "silenceThreshold", silenceThreshold(), leastSilence, MAX_PATIENCE);
        range(problems, "catchUpTimeout", catchUpTimeout, MIN_TIMEOUT, MAX_PATIENCE);
        range(problems, "divergenceInterval", divergenceInterval, 0, 65536);
        SettingChecks.refuse("wrong settings", problems);
    }

    /** Half the election timeout, or half the shortest there may be: a range that says something either way. */
    private Duration longestHeartbeat() {
        return longest(electionTimeout, MIN_TIMEOUT).dividedBy(2);
    }

    private static Duration longest(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? other : one;
    }

    private static Duration shortest(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    @Override
    public String toString() {
        return "RaftConfig[electionTimeout=" + electionTimeout + ", heartbeatInterval=" + heartbeatInterval
                + ", closeTimeout=" + closeTimeout + ", preVote=" + preVote + ", checkQuorum=" + checkQuorum
                + ", maxCommandBytes=" + maxCommandBytes + ", maxBatchBytes=" + maxBatchBytes + ", maxInflightMessages="
                + maxInflightMessages + ", maxInflightBytes=" + maxInflightBytes + ", maxPendingBytes="
                + maxPendingBytes + ", maxPendingReads=" + maxPendingReads + ", maxInboxBytes=" + maxInboxBytes
                + ", logCacheBytes=" + logCacheBytes + ", memoryBudget=" + memoryBudget + ", idleStrategy="
                + idleStrategy + ", snapshots=" + snapshots
                + ", leaseReads=" + leaseReads + ", maxClockDrift=" + maxClockDrift + ", maxSyncDelay="
                + maxSyncDelay() + ", silenceThreshold=" + silenceThreshold() + ", catchUpTimeout=" + catchUpTimeout
                + ", transferOnClose=" + transferOnClose + ", forwardProposals=" + forwardProposals
                + ", divergenceInterval=" + divergenceInterval + "]";
    }
}
