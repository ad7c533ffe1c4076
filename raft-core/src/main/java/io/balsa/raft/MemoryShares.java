package io.balsa.raft;

/**
 * How the {@link RaftConfig#memoryBudget} is divided: each part gets what it needs at least, so that the longest message
 * fits, and a share of the rest. The {@linkplain #FULL full} budget gives the parts that do well in one data center.
 *
 * @param batchBytes for {@link RaftConfig#maxBatchBytes}
 * @param pieceBytes for {@link SnapshotConfig#pieceBytes}
 * @param inboxBytes for {@link RaftConfig#maxInboxBytes}
 * @param pendingBytes for {@link RaftConfig#maxPendingBytes}
 * @param cacheBytes for {@link RaftConfig#logCacheBytes}
 * @param windowBytes for {@link RaftConfig#maxInflightBytes}
 */
record MemoryShares(
        int batchBytes, int pieceBytes, long inboxBytes, long pendingBytes, long cacheBytes, long windowBytes) {

    /** What a node may use on a large heap. */
    static final long FULL = 336L << 20;

    /** So many followers are reckoned with: those of a cluster of seven. */
    static final int FOLLOWERS = 6;

    private static final int KIB = 1 << 10;
    private static final int MIB = 1 << 20;
    private static final int SMALL_PART = 64; // a batch, or a piece, is so many times in the budget
    private static final int PART_OF_THE_HEAP = 3;

    // How the rest is divided: in a full budget, MiB.
    private static final long INBOX = 62;
    private static final long PENDING = 63;
    private static final long CACHE = 15;
    private static final long WINDOW = 15;
    private static final long ALL = INBOX + 2 * PENDING + 2 * CACHE + FOLLOWERS * WINDOW;

    /**
     * What is settled already.
     *
     * @param batchBytes 0 if it is to be derived
     * @param pieceBytes 0 if it is to be derived
     */
    record Given(int commandBytes, int batchBytes, int pieceBytes) {

        private long batchIn(long budget) {
            return batchBytes > 0 ? batchBytes : smallPartOf(budget);
        }

        private long pieceIn(long budget) {
            return pieceBytes > 0 ? pieceBytes : smallPartOf(budget);
        }

        /** The most that one message has, or what is read of the log at once. */
        private long messageIn(long budget) {
            return Math.max(Math.max(commandBytes, batchIn(budget)), smallPartOf(budget));
        }

        /** What all parts need at least. */
        private long neededIn(long budget) {
            long message = messageIn(budget);
            long batch = batchIn(budget);
            long piece = pieceIn(budget);
            long inboxAndPending = 2 * message + 2 * message;
            long loadAndLog = message + 2 * batch + 2 * message;
            return inboxAndPending + loadAndLog + FOLLOWERS * (batch + message + piece) + piece;
        }

        /** The least budget that holds what is given. */
        long least() {
            long low = 0; // what is needed grows slower than the budget
            long high = FULL;
            while (low < high) {
                long middle = (low + high) / 2;
                if (neededIn(middle) <= middle) {
                    high = middle;
                } else {
                    low = middle + 1;
                }
            }
            return low;
        }

        /** A third of the heap, as long as that is not more than what does well, nor less than what is needed. */
        long budgetOfHeap(long heapBytes) {
            return Math.max(least(), Math.min(FULL, heapBytes / PART_OF_THE_HEAP));
        }
    }

    private static long smallPartOf(long budget) {
        return Math.max(KIB, Math.min(MIB, budget / SMALL_PART));
    }

    /** The parts of a budget that is at least the {@linkplain Given#least least}. */
    static MemoryShares of(long budget, Given given) {
        long batch = given.batchIn(budget);
        long message = given.messageIn(budget);
        long rest = Math.max(0, budget - given.neededIn(budget));
        return new MemoryShares(
                (int) batch,
                (int) given.pieceIn(budget),
                2 * message + shareOf(rest, INBOX),
                message + shareOf(rest, PENDING),
                batch + shareOf(rest, CACHE),
                batch + shareOf(rest, WINDOW));
    }

    private static long shareOf(long rest, long share) {
        return rest / ALL * share + rest % ALL * share / ALL;
    }
}
