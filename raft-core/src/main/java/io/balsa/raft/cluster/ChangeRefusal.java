package io.balsa.raft.cluster;

/** Why a change of the membership, a transfer of the leadership or a snapshot was refused. Nothing was changed then. */
public enum ChangeRefusal {
    /** This server does not lead. */
    NOT_LEADER,
    /** The leader has not committed an entry of its own term yet; try again in a moment. */
    NOT_READY,
    /** Another change of the membership is under way. */
    CHANGE_IN_PROGRESS,
    /** The leadership is being transferred. */
    TRANSFER_IN_PROGRESS,
    /** The membership is no longer the one that was expected. */
    MEMBERSHIP_HAS_CHANGED,
    /** The server to be added is a member already. */
    ALREADY_A_MEMBER,
    /** The server is no member. */
    NOT_A_MEMBER,
    /** The server to be promoted votes already. */
    ALREADY_A_VOTER,
    /** The server has no vote, so it cannot be demoted, and cannot lead. */
    NOT_A_VOTER,
    /** Another member has this address. */
    ADDRESS_IN_USE,
    /** Nobody would be left to vote. */
    LAST_VOTER,
    /**
     * Too few of the voters would be left that remember what they promised, so that nothing could be committed: a voter that
     * has lost its disk must get its vote back, or be removed, first.
     */
    QUORUM_LOST,
    /** There would be too many members. */
    TOO_MANY_MEMBERS,
    /** The membership would be as it is. */
    NOTHING_TO_CHANGE,
    /** The learner lacks too much of the log to vote, or to lead, in good time. */
    LAGS,
    /** The server to be added did not catch up in time. It has stayed a learner. */
    CATCH_UP_TIMED_OUT,
    /** The server is the leader already. */
    ALREADY_LEADS,
    /** There is nobody to whom the leadership could go. */
    NO_SUCCESSOR,
    /** The other server did not take over in time; this one goes on leading. */
    TRANSFER_TIMED_OUT,
    /** A snapshot is being taken or installed. */
    SNAPSHOT_IN_PROGRESS,
    /** The state machine takes no snapshots, or the storage keeps none. */
    NO_SNAPSHOTS,
    /** Nothing was applied since the last snapshot, or at all. */
    NOTHING_TO_SNAPSHOT,
    /** The snapshot could not be written. */
    SNAPSHOT_FAILED
}
