package io.balsa.raft;

import java.util.ArrayList;
import java.util.List;

/**
 * When a node takes snapshots, and how they are brought to others: a part of {@link RaftConfig}, immutable, checked together
 * when it is built.
 */
public final class SnapshotConfig {

    private static final int KIB = 1 << 10;
    private static final int MIB = 1 << 20;

    private final long everyEntries;
    private final long everyBytes;
    private final long trailingEntries;
    private final int pieceBytes;
    private final boolean hasPieceBytes;
    private final long bytesPerSecond;
    private final boolean compress;

    private SnapshotConfig(Builder builder) {
        everyEntries = builder.everyEntries;
        everyBytes = builder.everyBytes;
        trailingEntries = builder.trailingEntries;
        pieceBytes = builder.pieceBytes;
        hasPieceBytes = builder.hasPieceBytes;
        bytesPerSecond = builder.bytesPerSecond;
        compress = builder.compress;
    }

    /** The defaults. */
    public static SnapshotConfig defaults() {
        return builder().build();
    }

    /** A builder that begins with the defaults. */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * After how many applied entries a snapshot is taken; 0 for never because of that. While the node has much to do it is
     * put off, until there are twice as many. Default 100,000.
     */
    public long everyEntries() {
        return everyEntries;
    }

    /**
     * After how many bytes of applied entries a snapshot is taken; 0 for never because of that. While the node has much to do
     * it is put off, until there are twice as many. Default 64 MiB.
     */
    public long everyBytes() {
        return everyBytes;
    }

    /**
     * How many entries that a snapshot covers are kept nevertheless, so that a follower that lags a little gets entries
     * instead of a snapshot. Default 10,000.
     */
    public long trailingEntries() {
        return trailingEntries;
    }

    /**
     * How many bytes of a snapshot are sent in one message. Default 1 MiB, or less with a small
     * {@link RaftConfig#memoryBudget}; range 1 KiB to 4 MiB.
     */
    public int pieceBytes() {
        return pieceBytes;
    }

    /** Whether somebody has set it. */
    boolean hasPieceBytes() {
        return hasPieceBytes;
    }

    /** The same, with pieces of another size. */
    SnapshotConfig withPieceBytes(int bytes) {
        return builder()
                .everyEntries(everyEntries)
                .everyBytes(everyBytes)
                .trailingEntries(trailingEntries)
                .pieceBytes(bytes)
                .bytesPerSecond(bytesPerSecond)
                .compress(compress)
                .build();
    }

    /** How many bytes of snapshots are sent to one follower in a second at most; 0, the default, for no limit. */
    public long bytesPerSecond() {
        return bytesPerSecond;
    }

    /**
     * Whether snapshots are compressed, on disk and on their way. Costs a processor some time in the background. Those that
     * were written the other way can always be read. Default false.
     */
    public boolean compress() {
        return compress;
    }

    @Override
    public String toString() {
        return "SnapshotConfig[everyEntries=" + everyEntries + ", everyBytes=" + everyBytes + ", trailingEntries="
                + trailingEntries + ", pieceBytes=" + pieceBytes + ", bytesPerSecond=" + bytesPerSecond + ", compress="
                + compress + "]";
    }

    /** Collects settings. Not safe for use by several threads at once. Each setting is explained at its accessor. */
    public static final class Builder {

        private long everyEntries = 100_000;
        private long everyBytes = 64L * MIB;
        private long trailingEntries = 10_000;
        private int pieceBytes = MIB;
        private boolean hasPieceBytes;
        private long bytesPerSecond;
        private boolean compress;

        private Builder() {}

        /** Sets {@link SnapshotConfig#everyEntries}. */
        public Builder everyEntries(long everyEntries) {
            this.everyEntries = everyEntries;
            return this;
        }

        /** Sets {@link SnapshotConfig#everyBytes}. */
        public Builder everyBytes(long everyBytes) {
            this.everyBytes = everyBytes;
            return this;
        }

        /** Sets {@link SnapshotConfig#trailingEntries}. */
        public Builder trailingEntries(long trailingEntries) {
            this.trailingEntries = trailingEntries;
            return this;
        }

        /** Sets {@link SnapshotConfig#pieceBytes}. */
        public Builder pieceBytes(int pieceBytes) {
            this.pieceBytes = pieceBytes;
            hasPieceBytes = true;
            return this;
        }

        /** Sets {@link SnapshotConfig#bytesPerSecond}. */
        public Builder bytesPerSecond(long bytesPerSecond) {
            this.bytesPerSecond = bytesPerSecond;
            return this;
        }

        /** Sets {@link SnapshotConfig#compress}. */
        public Builder compress(boolean compress) {
            this.compress = compress;
            return this;
        }

        /**
         * Checks all settings together.
         *
         * @throws IllegalArgumentException if some are wrong: a line for each, with its name, value and allowed range
         */
        public SnapshotConfig build() {
            List<String> problems = new ArrayList<>();
            SettingChecks.range(problems, "everyEntries", everyEntries, 0, Long.MAX_VALUE);
            SettingChecks.range(problems, "everyBytes", everyBytes, 0, Long.MAX_VALUE);
            SettingChecks.range(problems, "trailingEntries", trailingEntries, 0, Long.MAX_VALUE);
            SettingChecks.range(problems, "pieceBytes", pieceBytes, KIB, 4 * MIB);
            SettingChecks.range(problems, "bytesPerSecond", bytesPerSecond, 0, Long.MAX_VALUE);
            SettingChecks.refuse("wrong settings of snapshots", problems);
            return new SnapshotConfig(this);
        }
    }
}
