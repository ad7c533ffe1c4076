package io.balsa.raft;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * The settings of a node: immutable, checked together when they are built. The defaults are meant to be right for a
 * cluster within one data center.
 *
 * <p>All sizes are in bytes.
 */
public final class RaftConfig {

    private static final Duration MIN_HEARTBEAT = Duration.ofMillis(1);
    private static final Duration MIN_TIMEOUT = Duration.ofMillis(10);
    private static final Duration MAX_TIMEOUT = Duration.ofMinutes(10);
    private static final int KIB = 1 << 10;
    private static final int MIB = 1 << 20;

    private final Duration electionTimeout;
    private final Duration heartbeatInterval;
    private final Duration closeTimeout;
    private final boolean preVote;
    private final boolean checkQuorum;
    private final int maxCommandBytes;
    private final int maxBatchBytes;
    private final int maxInflightMessages;
    private final long maxInflightBytes;
    private final long maxPendingBytes;
    private final int maxPendingReads;
    private final long maxInboxBytes;
    private final long logCacheBytes;
    private final IdleStrategy idleStrategy;

    private RaftConfig(Builder builder) {
        electionTimeout = builder.electionTimeout;
        heartbeatInterval = builder.heartbeatInterval;
        closeTimeout = builder.closeTimeout;
        preVote = builder.preVote;
        checkQuorum = builder.checkQuorum;
        maxCommandBytes = builder.maxCommandBytes;
        maxBatchBytes = builder.maxBatchBytes;
        maxInflightMessages = builder.maxInflightMessages;
        maxInflightBytes = builder.maxInflightBytes;
        maxPendingBytes = builder.maxPendingBytes;
        maxPendingReads = builder.maxPendingReads;
        maxInboxBytes = builder.maxInboxBytes;
        logCacheBytes = builder.logCacheBytes;
        idleStrategy = builder.idleStrategy;
    }

    /** The defaults. */
    public static RaftConfig defaults() {
        return builder().build();
    }

    /** A builder that begins with the defaults. */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * How long a follower waits for a leader before it asks for an election: a random time from this to twice this, drawn
     * anew each time (section 3.4). Also how long a leader goes on without hearing from a majority. Default 1 s, range
     * 10 ms to 10 min.
     */
    public Duration electionTimeout() {
        return electionTimeout;
    }

    /** How often a leader shows that it is alive. Default 100 ms, at least 1 ms, at most half the election timeout. */
    public Duration heartbeatInterval() {
        return heartbeatInterval;
    }

    /** How long {@link RaftNode#close} waits at most for work under way. Default 5 s, range 0 to 10 min. */
    public Duration closeTimeout() {
        return closeTimeout;
    }

    /**
     * Whether a server asks if it could win before it starts an election (section 9.6). Without that, a server that was cut
     * off deposes a healthy leader when it comes back. Default true.
     */
    public boolean preVote() {
        return preVote;
    }

    /**
     * Whether a leader that has not heard from a majority for an election timeout steps down, and whether servers that
     * hear a leader ignore candidates (section 6.2, 4.2.3). Default true.
     */
    public boolean checkQuorum() {
        return checkQuorum;
    }

    /** The longest command. Default 1 MiB, range 1 byte to 4 MiB. */
    public int maxCommandBytes() {
        return maxCommandBytes;
    }

    /** How many bytes of entries go into one AppendEntries at most, if more than one. Default 1 MiB, range 1 KiB to 4 MiB. */
    public int maxBatchBytes() {
        return maxBatchBytes;
    }

    /** How many AppendEntries may be on their way to one follower. Default 256, range 1 to 65536. */
    public int maxInflightMessages() {
        return maxInflightMessages;
    }

    /** How many bytes of entries may be on their way to one follower. Default 16 MiB, at least one batch. */
    public long maxInflightBytes() {
        return maxInflightBytes;
    }

    /**
     * How many bytes of commands may wait to be committed and applied on this node, where each command counts 64 bytes more
     * than it has; more are refused as
     * {@link ProposalRefusedException.Reason#OVERLOADED}. Default 64 MiB, at least one command.
     */
    public long maxPendingBytes() {
        return maxPendingBytes;
    }

    /** How many reads may wait on this node; more are refused. Default 65536, at least 1. */
    public int maxPendingReads() {
        return maxPendingReads;
    }

    /** How many bytes of messages from peers may wait to be looked at; more are dropped. Default 64 MiB, at least 8 MiB. */
    public long maxInboxBytes() {
        return maxInboxBytes;
    }

    /** How many bytes of the newest entries are kept in memory for followers. Default 16 MiB, at least one batch. */
    public long logCacheBytes() {
        return logCacheBytes;
    }

    /** What the node's threads do when there is nothing to do. Default {@link IdleStrategy#PARK}. */
    public IdleStrategy idleStrategy() {
        return idleStrategy;
    }

    @Override
    public String toString() {
        return "RaftConfig[electionTimeout=" + electionTimeout + ", heartbeatInterval=" + heartbeatInterval
                + ", closeTimeout=" + closeTimeout + ", preVote=" + preVote + ", checkQuorum=" + checkQuorum
                + ", maxCommandBytes=" + maxCommandBytes + ", maxBatchBytes=" + maxBatchBytes + ", maxInflightMessages="
                + maxInflightMessages + ", maxInflightBytes=" + maxInflightBytes + ", maxPendingBytes="
                + maxPendingBytes + ", maxPendingReads=" + maxPendingReads + ", maxInboxBytes=" + maxInboxBytes
                + ", logCacheBytes=" + logCacheBytes + ", idleStrategy=" + idleStrategy + "]";
    }

    /** Collects settings. Not safe for use by several threads at once. Each setting is explained at its accessor. */
    public static final class Builder {

        private Duration electionTimeout = Duration.ofSeconds(1);
        private Duration heartbeatInterval = Duration.ofMillis(100);
        private Duration closeTimeout = Duration.ofSeconds(5);
        private boolean preVote = true;
        private boolean checkQuorum = true;
        private int maxCommandBytes = MIB;
        private int maxBatchBytes = MIB;
        private int maxInflightMessages = 256;
        private long maxInflightBytes = 16L * MIB;
        private long maxPendingBytes = 64L * MIB;
        private int maxPendingReads = 65536;
        private long maxInboxBytes = 64L * MIB;
        private long logCacheBytes = 16L * MIB;
        private IdleStrategy idleStrategy = IdleStrategy.PARK;

        private Builder() {}

        /** Sets {@link RaftConfig#electionTimeout}. */
        public Builder electionTimeout(Duration electionTimeout) {
            this.electionTimeout = Objects.requireNonNull(electionTimeout, "electionTimeout");
            return this;
        }

        /** Sets {@link RaftConfig#heartbeatInterval}. */
        public Builder heartbeatInterval(Duration heartbeatInterval) {
            this.heartbeatInterval = Objects.requireNonNull(heartbeatInterval, "heartbeatInterval");
            return this;
        }

        /** Sets {@link RaftConfig#closeTimeout}. */
        public Builder closeTimeout(Duration closeTimeout) {
            this.closeTimeout = Objects.requireNonNull(closeTimeout, "closeTimeout");
            return this;
        }

        /** Sets {@link RaftConfig#preVote}. */
        public Builder preVote(boolean preVote) {
            this.preVote = preVote;
            return this;
        }

        /** Sets {@link RaftConfig#checkQuorum}. */
        public Builder checkQuorum(boolean checkQuorum) {
            this.checkQuorum = checkQuorum;
            return this;
        }

        /** Sets {@link RaftConfig#maxCommandBytes}. */
        public Builder maxCommandBytes(int maxCommandBytes) {
            this.maxCommandBytes = maxCommandBytes;
            return this;
        }

        /** Sets {@link RaftConfig#maxBatchBytes}. */
        public Builder maxBatchBytes(int maxBatchBytes) {
            this.maxBatchBytes = maxBatchBytes;
            return this;
        }

        /** Sets {@link RaftConfig#maxInflightMessages}. */
        public Builder maxInflightMessages(int maxInflightMessages) {
            this.maxInflightMessages = maxInflightMessages;
            return this;
        }

        /** Sets {@link RaftConfig#maxInflightBytes}. */
        public Builder maxInflightBytes(long maxInflightBytes) {
            this.maxInflightBytes = maxInflightBytes;
            return this;
        }

        /** Sets {@link RaftConfig#maxPendingBytes}. */
        public Builder maxPendingBytes(long maxPendingBytes) {
            this.maxPendingBytes = maxPendingBytes;
            return this;
        }

        /** Sets {@link RaftConfig#maxPendingReads}. */
        public Builder maxPendingReads(int maxPendingReads) {
            this.maxPendingReads = maxPendingReads;
            return this;
        }

        /** Sets {@link RaftConfig#maxInboxBytes}. */
        public Builder maxInboxBytes(long maxInboxBytes) {
            this.maxInboxBytes = maxInboxBytes;
            return this;
        }

        /** Sets {@link RaftConfig#logCacheBytes}. */
        public Builder logCacheBytes(long logCacheBytes) {
            this.logCacheBytes = logCacheBytes;
            return this;
        }

        /** Sets {@link RaftConfig#idleStrategy}. */
        public Builder idleStrategy(IdleStrategy idleStrategy) {
            this.idleStrategy = Objects.requireNonNull(idleStrategy, "idleStrategy");
            return this;
        }

        /**
         * Checks all settings together.
         *
         * @throws IllegalArgumentException if some are wrong: a line for each, with its name, value and allowed range
         */
        public RaftConfig build() {
            List<String> problems = new ArrayList<>();
            checkTime(problems, "electionTimeout", electionTimeout, MIN_TIMEOUT, MAX_TIMEOUT);
            checkTime(problems, "heartbeatInterval", heartbeatInterval, MIN_HEARTBEAT, longestHeartbeat());
            checkTime(problems, "closeTimeout", closeTimeout, Duration.ZERO, MAX_TIMEOUT);
            check(problems, "maxCommandBytes", maxCommandBytes, 1, 4 * MIB);
            check(problems, "maxBatchBytes", maxBatchBytes, KIB, 4 * MIB);
            check(problems, "maxInflightMessages", maxInflightMessages, 1, 65536);
            check(problems, "maxInflightBytes", maxInflightBytes, Math.max(KIB, maxBatchBytes), Long.MAX_VALUE);
            check(problems, "maxPendingBytes", maxPendingBytes, Math.max(1, maxCommandBytes), Long.MAX_VALUE);
            check(problems, "maxPendingReads", maxPendingReads, 1, Integer.MAX_VALUE);
            check(problems, "maxInboxBytes", maxInboxBytes, 8L * MIB, Long.MAX_VALUE);
            check(problems, "logCacheBytes", logCacheBytes, Math.max(KIB, maxBatchBytes), Long.MAX_VALUE);
            if (!problems.isEmpty()) {
                throw new IllegalArgumentException("wrong settings:\n  " + String.join("\n  ", problems));
            }
            return new RaftConfig(this);
        }

        /** Half the election timeout, or half the shortest there may be: a range that says something either way. */
        private Duration longestHeartbeat() {
            return (electionTimeout.compareTo(MIN_TIMEOUT) < 0 ? MIN_TIMEOUT : electionTimeout).dividedBy(2);
        }

        private static void checkTime(
                List<String> problems, String name, Duration value, Duration least, Duration most) {
            if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
                problems.add(name + " is " + value + " but must be from " + least + " to " + most);
            }
        }

        private static void check(List<String> problems, String name, long value, long least, long most) {
            if (value < least || value > most) {
                problems.add(name + " is " + value + " but must be "
                        + (most == Long.MAX_VALUE ? "at least " + least : "from " + least + " to " + most));
            }
        }
    }
}
