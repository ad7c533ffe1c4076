package io.balsa.raft.testkit.plan;

/** The kinds of faults that strike a cluster. Each seed switches on some of them. */
public enum Fault {
    /** A machine or process dies between two duty cycles of its agents. */
    CRASH,
    /** An operator closes a node and starts it again. */
    RESTART,
    /** The power goes at some operation of the disk, in the middle of a duty cycle. */
    POWER_CUT,
    /** A sync fails; what it should have made durable is lost with the next crash of the machine. */
    SYNC_FAILURE,
    /** A read or a write fails. */
    IO_ERROR,
    /** There is no room on the disk for a while. */
    DISK_FULL,
    /** A bit of what was synced turns, on a machine that is down. Hits less than a quorum, ever. */
    BIT_ROT,
    /** A disk is wiped while its machine is down. Hits less than a quorum, and only where the cluster knows the store. */
    WIPE,
    /** The disk takes very long for one sync. */
    STALL,
    /** A process stands still, as in a long collection of garbage, while its sockets go on to accept. */
    PAUSE,
    /**
     * A leader that nobody hears any more, but for its clients, stands still while others lead in turn: it hears of all of
     * them at once when it goes on.
     */
    OVERSLEEP,
    /** The servers fall into two halves, or into a few and many. */
    SPLIT,
    /** Nothing passes to or from one server. */
    ISOLATION,
    /** Nothing passes to one server, but from it. */
    DEAFNESS,
    /** Nothing passes from one server, but to it. */
    MUTENESS,
    /** Two halves that do not see one another, and one server that sees both. */
    BRIDGE,
    /** Each server sees its neighbours in a ring only, so that each sees a majority and no two the same. */
    RING,
    /** Any links are cut, in any direction. */
    HOLES,
    /** A server is cut off and comes back, again and again. */
    FLAPPING,
    /** A link holds everything up for a while, and then delivers it. */
    CLOG,
    /** Whoever comes to lead is cut off or crashes soon after, again and again. */
    HUNT,
    /** Two leaders take turns so that figure 3.7 of the dissertation may come about. */
    FIGURE_8,
    /** A transport tells its node falsely that a peer cannot be reached. */
    FALSE_ALARM;

    /** Whether it stops messages. */
    public boolean isPartition() {
        return switch (this) {
            case SPLIT, ISOLATION, DEAFNESS, MUTENESS, BRIDGE, RING, HOLES, FLAPPING -> true;
            default -> false;
        };
    }

    /** Whether it takes a server down. */
    public boolean isCrash() {
        return switch (this) {
            case CRASH, RESTART, POWER_CUT, SYNC_FAILURE, IO_ERROR, DISK_FULL, BIT_ROT, WIPE -> true;
            default -> false;
        };
    }

    /** Whether it is one of the network. */
    public boolean isOfNetwork() {
        return isPartition() || this == CLOG;
    }
}
