package io.balsa.raft.core;

import io.balsa.raft.cluster.Membership;

/** Whether and when this server may ask for an election, and when it must not vote in that of another. */
final class Candidacy {

    private static final int MOST_WAITS = 3;

    private final RaftCore core;
    private final RaftLog log;
    private long heardLeaderNanos; // of any term; at first, when it started, as it may have heard one before that
    private boolean removed;
    private boolean hasTried; // to be elected, since it heard a leader

    Candidacy(RaftCore core) {
        this.core = core;
        this.log = core.log();
        heardLeaderNanos = core.nowNanos();
    }

    /** A leader of the current term was heard. */
    void heardLeader() {
        heardLeaderNanos = core.nowNanos();
        removed = false;
        hasTried = false;
    }

    /** It asks for votes: whoever should rather lead has had the time to. */
    void tries() {
        hasTried = true;
    }

    /** Whether a committed membership that stands there, and lacks this server, is news: it does if the own one is no later. */
    boolean isRemovedBy(long membershipIndex) {
        return membershipIndex > 0 && membershipIndex >= log.membershipIndex();
    }

    /** Another server knows such a membership, without this server: it asks no more until a leader speaks to it. */
    void removed() {
        removed = true;
        core.becomeFollower(null);
    }

    /** Whether an election needs nobody else. */
    boolean isOnlyVoter() {
        Membership membership = log.membership();
        return !membership.isJoint() && membership.voters().size() == 1 && membership.isVoter(core.self());
    }

    /** For how long this server, if it keeps to leases, votes for nobody after it has heard a leader; 0 if it does not. */
    long leaseBoundNanos() {
        return core.settings().options().leaseNanos() > 0 ? core.settings().electionTimeoutNanos() : 0;
    }

    /**
     * Where leases are given: whether a leader may still read on the strength of this server's answer (section 6.4.1). It is
     * not enough to be the only voter now: the leader that has appended that may still lead, and read.
     */
    boolean isBoundByLease() {
        return core.nowNanos() - heardLeaderNanos < leaseBoundNanos() && !log.neverHadAnotherVoter(core.self());
    }

    /** Whether an election could lead to anything. With a full disk it leads to reads, if nobody else can do better. */
    boolean isOpen() {
        return isFit() && !removed && !isBoundByLease() && (!core.disk().isFull() || isOnlyVoter());
    }

    /**
     * "A server that is not part of its own latest configuration should still start new elections, as it might still be
     * needed until the C_new entry is committed" (section 4.2.2): it may be the only one that has it. Only the latest
     * membership in a log may not be committed, as there is one change at a time; so the one before it is what counts then,
     * also for who was started again and does not know yet what is committed.
     */
    private boolean isVoter() {
        long committed = Math.max(log.commitIndex(), log.membershipIndex() - 1);
        return log.membership().isVoter(core.self())
                || log.membershipAsOf(committed).membership().isVoter(core.self());
    }

    /** Whether the leader may let this server take over: it is no longer bound to the leader then. */
    boolean isOpenToTransfer() {
        return isFit() && !core.disk().isFull();
    }

    /** Whether it has a vote that is worth something, a log that speaks for it, and a disk that answers. */
    private boolean isFit() {
        return isVoter() && !isForgetful() && !log.isMending() && !core.disk().isSlow(core.nowNanos());
    }

    /** Whether the cluster knows that this server once had another store, and so has forgotten what it voted (ADR 0025). */
    private boolean isForgetful() {
        long known = log.membership().storeOf(core.self());
        return known != 0 && core.storeId() != 0 && known != core.storeId();
    }

    /**
     * "Election timeouts are chosen randomly from a fixed interval" (section 3.4): from T up to 2 T; with priorities, a T
     * later for each higher one among the voters, three at most. Once only after a leader is lost: should those others not
     * be able to win, and shout all the same, then whoever waited longer than they do each time would never have its turn.
     */
    long drawDeadline() {
        long timeout = core.settings().electionTimeoutNanos();
        int waits = hasTried ? 0 : log.membership().prioritiesAbove(core.self(), MOST_WAITS);
        return core.nowNanos() + timeout * (1 + waits) + core.random().nextLong(timeout);
    }
}
