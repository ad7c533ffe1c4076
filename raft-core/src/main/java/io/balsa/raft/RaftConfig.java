package io.balsa.raft;

import java.time.Duration;
import java.util.Objects;

/**
 * The settings of a node: immutable, checked together when they are built. The defaults are meant to be right for a
 * cluster within one data center.
 *
 * <p>All sizes are in bytes.
 */
public final class RaftConfig {

    private final RaftSettings set;

    private RaftConfig(RaftSettings checked) {
        set = checked;
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
        return set.electionTimeout;
    }

    /** How often a leader shows that it is alive. Default 100 ms, at least 1 ms, at most half the election timeout. */
    public Duration heartbeatInterval() {
        return set.heartbeatInterval;
    }

    /** How long {@link RaftNode#close} waits at most for work under way. Default 5 s, range 0 to 10 min. */
    public Duration closeTimeout() {
        return set.closeTimeout;
    }

    /**
     * Whether a server asks if it could win before it starts an election (section 9.6). Without that, a server that was cut
     * off deposes a healthy leader when it comes back. Default true.
     */
    public boolean preVote() {
        return set.preVote;
    }

    /**
     * Whether a leader that has not heard from a majority for an election timeout steps down, and whether servers that
     * hear a leader ignore candidates (section 6.2, 4.2.3). Default true.
     */
    public boolean checkQuorum() {
        return set.checkQuorum;
    }

    /** The longest command. Default 1 MiB, range 1 byte to 4 MiB. */
    public int maxCommandBytes() {
        return set.maxCommandBytes;
    }

    /**
     * How many bytes of entries go into one AppendEntries at most, if more than one. Default 1 MiB, or less with a small
     * {@link #memoryBudget}; range 1 KiB to 4 MiB.
     */
    public int maxBatchBytes() {
        return set.maxBatchBytes;
    }

    /** How many AppendEntries may be on their way to one follower. Default 256, range 1 to 65536. */
    public int maxInflightMessages() {
        return set.maxInflightMessages;
    }

    /** How many bytes of entries may be on their way to one follower. Default: of {@link #memoryBudget}, at least one batch. */
    public long maxInflightBytes() {
        return set.maxInflightBytes;
    }

    /**
     * How many bytes of commands may wait to be committed and applied on this node, where each command counts 64 bytes more
     * than it has; more are refused as
     * {@link ProposalRefusedException.Reason#OVERLOADED}. Default: of {@link #memoryBudget}, at least one command.
     */
    public long maxPendingBytes() {
        return set.maxPendingBytes;
    }

    /** How many reads may wait on this node; more are refused. Default 65536, at least 1. */
    public int maxPendingReads() {
        return set.maxPendingReads;
    }

    /**
     * How many bytes of messages from peers may wait to be looked at; more are dropped. Default: of {@link #memoryBudget}, at
     * least two of the longest messages.
     */
    public long maxInboxBytes() {
        return set.maxInboxBytes;
    }

    /** How many bytes of the newest entries are kept in memory for followers. Default: of {@link #memoryBudget}, at least one batch. */
    public long logCacheBytes() {
        return set.logCacheBytes;
    }

    /**
     * How many bytes of commands, entries, messages and pieces of snapshots the node may hold at the worst moment, in a cluster
     * of up to seven. What is not set by itself is derived from it:
     *
     * <table>
     *   <caption>Parts of the budget, in MiB; a message is the longer of a command and a batch</caption>
     *   <tr><th>part</th><th>counts</th><th>at least</th><th>of 336</th></tr>
     *   <tr><td>{@link #maxInboxBytes}: messages of peers</td><td>once</td><td>2 messages</td><td>64</td></tr>
     *   <tr><td>{@link #maxPendingBytes}: proposals; and once more, committed entries that wait to be applied</td>
     *       <td>twice</td><td>1 message</td><td>64</td></tr>
     *   <tr><td>{@link #logCacheBytes}: the log's newest entries; and once more, what is not on the disk yet</td>
     *       <td>twice</td><td>1 batch</td><td>16</td></tr>
     *   <tr><td>{@link #maxInflightBytes}: what is on its way to a follower</td>
     *       <td>for each of 6 followers</td><td>1 batch</td><td>16</td></tr>
     *   <tr><td>a message by which a limit is overstepped: of each follower 1, of the log 2, and 1 that is read to be applied</td>
     *       <td>9 times</td><td>1 message</td><td>1</td></tr>
     *   <tr><td>{@link SnapshotConfig#pieceBytes}: 1 for each follower and 1 received</td><td>7 times</td><td>1 piece</td>
     *       <td>1</td></tr>
     * </table>
     *
     * <p>{@link #maxBatchBytes} and the pieces are a 64th of the budget, and at most 1 MiB. What is left when each part has what
     * it needs is shared out in proportion to the last column. The state machine's own memory, the views it is captured in, results of
     * commands and the buffers of transport and storage are not counted. Nor are the {@linkplain RaftSession sessions} of
     * clients, which are replicated state: how much they remember decides which commands run, so it is the same on every
     * server, whatever memory that has. At most they take 20 MiB, and while a snapshot is written or read twice as much.
     *
     * <p>Default: a third of the heap, at most 336 MiB, and never less than the other settings need. At least what they need: about
     * 17 times {@link #maxCommandBytes}.
     */
    public long memoryBudget() {
        return set.memoryBudget;
    }

    /** What the node's threads do when there is nothing to do. Default {@link IdleStrategy#PARK}. */
    public IdleStrategy idleStrategy() {
        return set.idleStrategy;
    }

    /** When snapshots are taken, and how they are sent. Default {@link SnapshotConfig#defaults}. */
    public SnapshotConfig snapshots() {
        return set.snapshots;
    }

    /**
     * Whether a leader may answer {@link ReadPolicy#LEASE} reads without asking a majority. Without effect as long as a majority
     * is not set so. A server then takes no part in elections for an election timeout after its start, and keeps what it
     * promised before: so stop the cluster to switch this off or to lower the election timeout. Needs {@link #checkQuorum}.
     * Default false.
     */
    public boolean leaseReads() {
        return set.leaseReads;
    }

    /**
     * By which part of the time that passes two servers' clocks may differ: a lease lasts an election timeout less that part
     * of it. Default 0.1, range 0 to 0.5.
     */
    public double maxClockDrift() {
        return set.maxClockDrift;
    }

    /**
     * How long a write may wait for the disk before a leader gives up its leadership, since what it proposes cannot become
     * durable there. Default 5 election timeouts, at least one, at most a day.
     */
    public Duration maxSyncDelay() {
        return set.maxSyncDelay();
    }

    /**
     * How long a peer may be silent before the leader suspects that it is gone, and reports it; that changes nothing else.
     * Default 5 election timeouts, at least one heartbeat interval, at most a day.
     */
    public Duration silenceThreshold() {
        return set.silenceThreshold();
    }

    /** How long a server that shall get a vote may take to catch up. Default 5 min, at least 10 ms, at most a day. */
    public Duration catchUpTimeout() {
        return set.catchUpTimeout;
    }

    /**
     * Whether a leader that is closed hands its leadership over before, for which it takes up to half the
     * {@link #closeTimeout}. Default false.
     */
    public boolean transferOnClose() {
        return set.transferOnClose;
    }

    /**
     * Whether a follower passes proposals on to the leader instead of refusing them: see {@link RaftNode#propose}. Each
     * server may be set as its users need it. Default false.
     */
    public boolean forwardProposals() {
        return set.forwardProposals;
    }

    /**
     * After how many entries servers compare what their state machines have come to: at every index that is a multiple of
     * this, each tells the leader a hash of all commands up to there and of their results. A server whose hash differs from
     * that of a majority of the voters is named in the log, with the first index whose result was another, and goes into
     * quarantine: it votes and replicates, but answers whoever asks its state machine by a {@link StateDivergedException},
     * and gives up its leadership. See {@link RaftNode#divergences}.
     *
     * <p>Must be the same on all servers, for only common multiples are compared. What state machines do not show in their
     * results is not seen. It costs up to 150 bytes of memory for each index of the interval, 16 in every snapshot, and one
     * pass over each command and its result. A server that was restored from a snapshot of one where this is switched off is
     * not compared.
     *
     * <p>Default 1024, range 0 to 65536; 0 switches it off.
     */
    public int divergenceInterval() {
        return set.divergenceInterval;
    }

    @Override
    public String toString() {
        return set.toString();
    }

    /** Collects settings. Not safe for use by several threads at once. Each setting is explained at its accessor. */
    public static final class Builder {

        private final RaftSettings set = new RaftSettings();

        private Builder() {}

        /** Sets {@link RaftConfig#electionTimeout}. */
        public Builder electionTimeout(Duration electionTimeout) {
            set.electionTimeout = Objects.requireNonNull(electionTimeout, "electionTimeout");
            return this;
        }

        /** Sets {@link RaftConfig#heartbeatInterval}. */
        public Builder heartbeatInterval(Duration heartbeatInterval) {
            set.heartbeatInterval = Objects.requireNonNull(heartbeatInterval, "heartbeatInterval");
            return this;
        }

        /** Sets {@link RaftConfig#closeTimeout}. */
        public Builder closeTimeout(Duration closeTimeout) {
            set.closeTimeout = Objects.requireNonNull(closeTimeout, "closeTimeout");
            return this;
        }

        /** Sets {@link RaftConfig#preVote}. */
        public Builder preVote(boolean preVote) {
            set.preVote = preVote;
            return this;
        }

        /** Sets {@link RaftConfig#checkQuorum}. */
        public Builder checkQuorum(boolean checkQuorum) {
            set.checkQuorum = checkQuorum;
            return this;
        }

        /** Sets {@link RaftConfig#maxCommandBytes}. */
        public Builder maxCommandBytes(int maxCommandBytes) {
            set.maxCommandBytes = maxCommandBytes;
            return this;
        }

        /** Sets {@link RaftConfig#maxBatchBytes}. */
        public Builder maxBatchBytes(int maxBatchBytes) {
            set.maxBatchBytes = maxBatchBytes;
            return this;
        }

        /** Sets {@link RaftConfig#maxInflightMessages}. */
        public Builder maxInflightMessages(int maxInflightMessages) {
            set.maxInflightMessages = maxInflightMessages;
            return this;
        }

        /** Sets {@link RaftConfig#maxInflightBytes}. */
        public Builder maxInflightBytes(long maxInflightBytes) {
            set.maxInflightBytes = maxInflightBytes;
            return this;
        }

        /** Sets {@link RaftConfig#maxPendingBytes}. */
        public Builder maxPendingBytes(long maxPendingBytes) {
            set.maxPendingBytes = maxPendingBytes;
            return this;
        }

        /** Sets {@link RaftConfig#maxPendingReads}. */
        public Builder maxPendingReads(int maxPendingReads) {
            set.maxPendingReads = maxPendingReads;
            return this;
        }

        /** Sets {@link RaftConfig#maxInboxBytes}. */
        public Builder maxInboxBytes(long maxInboxBytes) {
            set.maxInboxBytes = maxInboxBytes;
            return this;
        }

        /** Sets {@link RaftConfig#logCacheBytes}. */
        public Builder logCacheBytes(long logCacheBytes) {
            set.logCacheBytes = logCacheBytes;
            return this;
        }

        /** Sets {@link RaftConfig#memoryBudget}. */
        public Builder memoryBudget(long memoryBudget) {
            set.memoryBudget = memoryBudget;
            return this;
        }

        /** Sets {@link RaftConfig#idleStrategy}. */
        public Builder idleStrategy(IdleStrategy idleStrategy) {
            set.idleStrategy = Objects.requireNonNull(idleStrategy, "idleStrategy");
            return this;
        }

        /** Sets {@link RaftConfig#snapshots}. */
        public Builder snapshots(SnapshotConfig snapshots) {
            set.snapshots = Objects.requireNonNull(snapshots, "snapshots");
            return this;
        }

        /** Sets {@link RaftConfig#leaseReads}. */
        public Builder leaseReads(boolean leaseReads) {
            set.leaseReads = leaseReads;
            return this;
        }

        /** Sets {@link RaftConfig#maxClockDrift}. */
        public Builder maxClockDrift(double maxClockDrift) {
            set.maxClockDrift = maxClockDrift;
            return this;
        }

        /** Sets {@link RaftConfig#maxSyncDelay}. */
        public Builder maxSyncDelay(Duration maxSyncDelay) {
            set.maxSyncDelay = Objects.requireNonNull(maxSyncDelay, "maxSyncDelay");
            return this;
        }

        /** Sets {@link RaftConfig#silenceThreshold}. */
        public Builder silenceThreshold(Duration silenceThreshold) {
            set.silenceThreshold = Objects.requireNonNull(silenceThreshold, "silenceThreshold");
            return this;
        }

        /** Sets {@link RaftConfig#catchUpTimeout}. */
        public Builder catchUpTimeout(Duration catchUpTimeout) {
            set.catchUpTimeout = Objects.requireNonNull(catchUpTimeout, "catchUpTimeout");
            return this;
        }

        /** Sets {@link RaftConfig#transferOnClose}. */
        public Builder transferOnClose(boolean transferOnClose) {
            set.transferOnClose = transferOnClose;
            return this;
        }

        /** Sets {@link RaftConfig#forwardProposals}. */
        public Builder forwardProposals(boolean forwardProposals) {
            set.forwardProposals = forwardProposals;
            return this;
        }

        /** Sets {@link RaftConfig#divergenceInterval}. */
        public Builder divergenceInterval(int divergenceInterval) {
            set.divergenceInterval = divergenceInterval;
            return this;
        }

        /**
         * Checks all settings together.
         *
         * @throws IllegalArgumentException if some are wrong: a line for each, with its name, value and allowed range
         */
        public RaftConfig build() {
            RaftSettings copy = set.copy();
            copy.derive(Runtime.getRuntime().maxMemory());
            copy.check();
            return new RaftConfig(copy);
        }
    }
}
