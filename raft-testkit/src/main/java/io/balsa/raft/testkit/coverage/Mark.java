package io.balsa.raft.testkit.coverage;

import java.util.Locale;

/**
 * The kinds of things that can happen at the faces of a node: each must have been seen in a sweep. One that was not is dead
 * code, or a hole in the simulation.
 */
public enum Mark {
    /** See {@link io.balsa.raft.core.Notice.Appended}. */
    NOTICE_APPENDED,
    /** See {@link io.balsa.raft.core.Notice.ProposalsRefused}. */
    NOTICE_PROPOSALS_REFUSED,
    /** See {@link io.balsa.raft.core.Notice.ReadReady}. */
    NOTICE_READ_READY,
    /** See {@link io.balsa.raft.core.Notice.ReadFailed}. */
    NOTICE_READ_FAILED,
    /** See {@link io.balsa.raft.core.Notice.RoleChanged}. */
    NOTICE_ROLE_CHANGED,
    /** See {@link io.balsa.raft.core.Notice.MembershipChanged}. */
    NOTICE_MEMBERSHIP_CHANGED,
    /** See {@link io.balsa.raft.core.Notice.LeaseReady}. */
    NOTICE_LEASE_READY,
    /** See {@link io.balsa.raft.core.Notice.ChangeDone}. */
    NOTICE_CHANGE_DONE,
    /** See {@link io.balsa.raft.core.Notice.ChangeRefused}. */
    NOTICE_CHANGE_REFUSED,
    /** See {@link io.balsa.raft.core.Notice.ChangeUnknown}. */
    NOTICE_CHANGE_UNKNOWN,
    /** See {@link io.balsa.raft.core.Notice.TransferDone}. */
    NOTICE_TRANSFER_DONE,
    /** See {@link io.balsa.raft.core.Notice.PeerSilence}. */
    NOTICE_PEER_SILENCE,
    /** See {@link io.balsa.raft.core.Notice.StoreLost}. */
    NOTICE_STORE_LOST,

    /** See {@link io.balsa.raft.core.Notice.Refusal#NOT_LEADER}. */
    REFUSAL_NOT_LEADER,
    /** See {@link io.balsa.raft.core.Notice.Refusal#OVERLOADED}. */
    REFUSAL_OVERLOADED,
    /** See {@link io.balsa.raft.core.Notice.Refusal#DISK_FULL}. */
    REFUSAL_DISK_FULL,
    /** See {@link io.balsa.raft.core.Notice.Refusal#TRANSFER_IN_PROGRESS}. */
    REFUSAL_TRANSFER_IN_PROGRESS,
    /** See {@link io.balsa.raft.core.Notice.Refusal#TIMED_OUT}. */
    REFUSAL_TIMED_OUT,

    /** See {@link io.balsa.raft.cluster.ChangeRefusal#NOT_LEADER}. */
    CHANGE_REFUSAL_NOT_LEADER,
    /** See {@link io.balsa.raft.cluster.ChangeRefusal#NOT_READY}. */
    CHANGE_REFUSAL_NOT_READY,
    /** See {@link io.balsa.raft.cluster.ChangeRefusal#CHANGE_IN_PROGRESS}. */
    CHANGE_REFUSAL_CHANGE_IN_PROGRESS,
    /** See {@link io.balsa.raft.cluster.ChangeRefusal#TRANSFER_IN_PROGRESS}. */
    CHANGE_REFUSAL_TRANSFER_IN_PROGRESS,
    /** See {@link io.balsa.raft.cluster.ChangeRefusal#MEMBERSHIP_HAS_CHANGED}. */
    CHANGE_REFUSAL_MEMBERSHIP_HAS_CHANGED,
    /** See {@link io.balsa.raft.cluster.ChangeRefusal#ALREADY_A_MEMBER}. */
    CHANGE_REFUSAL_ALREADY_A_MEMBER,
    /** See {@link io.balsa.raft.cluster.ChangeRefusal#NOT_A_MEMBER}. */
    CHANGE_REFUSAL_NOT_A_MEMBER,
    /** See {@link io.balsa.raft.cluster.ChangeRefusal#ALREADY_A_VOTER}. */
    CHANGE_REFUSAL_ALREADY_A_VOTER,
    /** See {@link io.balsa.raft.cluster.ChangeRefusal#NOT_A_VOTER}. */
    CHANGE_REFUSAL_NOT_A_VOTER,
    /** See {@link io.balsa.raft.cluster.ChangeRefusal#ADDRESS_IN_USE}. */
    CHANGE_REFUSAL_ADDRESS_IN_USE,
    /** See {@link io.balsa.raft.cluster.ChangeRefusal#LAST_VOTER}. */
    CHANGE_REFUSAL_LAST_VOTER,
    /** See {@link io.balsa.raft.cluster.ChangeRefusal#QUORUM_LOST}. */
    CHANGE_REFUSAL_QUORUM_LOST,
    /** See {@link io.balsa.raft.cluster.ChangeRefusal#TOO_MANY_MEMBERS}. */
    CHANGE_REFUSAL_TOO_MANY_MEMBERS(Feature.OUT_OF_REACH),
    /** See {@link io.balsa.raft.cluster.ChangeRefusal#NOTHING_TO_CHANGE}. */
    CHANGE_REFUSAL_NOTHING_TO_CHANGE,
    /** See {@link io.balsa.raft.cluster.ChangeRefusal#LAGS}. */
    CHANGE_REFUSAL_LAGS,
    /** See {@link io.balsa.raft.cluster.ChangeRefusal#CATCH_UP_TIMED_OUT}. */
    CHANGE_REFUSAL_CATCH_UP_TIMED_OUT,
    /** See {@link io.balsa.raft.cluster.ChangeRefusal#ALREADY_LEADS}. */
    CHANGE_REFUSAL_ALREADY_LEADS,
    /** See {@link io.balsa.raft.cluster.ChangeRefusal#NO_SUCCESSOR}. */
    CHANGE_REFUSAL_NO_SUCCESSOR,
    /** See {@link io.balsa.raft.cluster.ChangeRefusal#TRANSFER_TIMED_OUT}. */
    CHANGE_REFUSAL_TRANSFER_TIMED_OUT,
    /** See {@link io.balsa.raft.cluster.ChangeRefusal#SNAPSHOT_IN_PROGRESS}. */
    CHANGE_REFUSAL_SNAPSHOT_IN_PROGRESS,
    /** See {@link io.balsa.raft.cluster.ChangeRefusal#NO_SNAPSHOTS}. */
    CHANGE_REFUSAL_NO_SNAPSHOTS(Feature.OUT_OF_REACH),
    /** See {@link io.balsa.raft.cluster.ChangeRefusal#NOTHING_TO_SNAPSHOT}. */
    CHANGE_REFUSAL_NOTHING_TO_SNAPSHOT,
    /** See {@link io.balsa.raft.cluster.ChangeRefusal#SNAPSHOT_FAILED}. */
    CHANGE_REFUSAL_SNAPSHOT_FAILED,

    /** See {@link io.balsa.raft.session.SessionAnswer.Opened}. */
    SESSION_OPENED,
    /** See {@link io.balsa.raft.session.SessionAnswer.KeptAlive}. */
    SESSION_KEPT_ALIVE,
    /** See {@link io.balsa.raft.session.SessionAnswer.Closed}. */
    SESSION_CLOSED,
    /** See {@link io.balsa.raft.session.SessionAnswer.Executed}. */
    SESSION_EXECUTED,
    /** See {@link io.balsa.raft.session.SessionAnswer.ResultDropped}: after a MiB of results that are not acknowledged. */
    SESSION_RESULT_DROPPED(Feature.OUT_OF_REACH),
    /** See {@link io.balsa.raft.session.SessionAnswer.Refused}. */
    SESSION_REFUSED,
    /** See {@link io.balsa.raft.session.SessionRefusal#SESSION_EXPIRED}. */
    SESSION_REFUSAL_SESSION_EXPIRED,
    /** See {@link io.balsa.raft.session.SessionRefusal#ALREADY_ACKNOWLEDGED}. */
    SESSION_REFUSAL_ALREADY_ACKNOWLEDGED,
    /** See {@link io.balsa.raft.session.SessionRefusal#SEQUENCE_REUSED}. */
    SESSION_REFUSAL_SEQUENCE_REUSED,
    /** See {@link io.balsa.raft.session.SessionRefusal#TOO_MANY_UNACKNOWLEDGED}: of a thousand and more. */
    SESSION_REFUSAL_TOO_MANY_UNACKNOWLEDGED(Feature.OUT_OF_REACH),
    /** See {@link io.balsa.raft.session.SessionRefusal#MALFORMED}: a node lets nothing like that into the log. */
    SESSION_REFUSAL_MALFORMED(Feature.OUT_OF_REACH),

    /** See {@link io.balsa.raft.core.Input.TimePassed}. */
    INPUT_TIME_PASSED,
    /** See {@link io.balsa.raft.core.Input.Received}. */
    INPUT_RECEIVED,
    /** See {@link io.balsa.raft.core.Input.Proposed}. */
    INPUT_PROPOSED,
    /** See {@link io.balsa.raft.core.Input.ReadRequested}. */
    INPUT_READ_REQUESTED,
    /** See {@link io.balsa.raft.core.Input.Persisted}. */
    INPUT_PERSISTED,
    /** See {@link io.balsa.raft.core.Input.RoomChanged}. */
    INPUT_ROOM_CHANGED,
    /** See {@link io.balsa.raft.core.Input.Loaded}. */
    INPUT_LOADED,
    /** See {@link io.balsa.raft.core.Input.Unreachable}. */
    INPUT_UNREACHABLE,
    /** See {@link io.balsa.raft.core.Input.PieceLoaded}. */
    INPUT_PIECE_LOADED,
    /** See {@link io.balsa.raft.core.Input.PieceStored}. */
    INPUT_PIECE_STORED,
    /** See {@link io.balsa.raft.core.Input.SnapshotReceived}. */
    INPUT_SNAPSHOT_RECEIVED,
    /** See {@link io.balsa.raft.core.Input.SnapshotTaken}. */
    INPUT_SNAPSHOT_TAKEN,
    /** See {@link io.balsa.raft.core.Input.ChangeRequested}. */
    INPUT_CHANGE_REQUESTED,
    /** See {@link io.balsa.raft.core.Input.TransferRequested}. */
    INPUT_TRANSFER_REQUESTED,
    /** See {@link io.balsa.raft.core.Input.PreVoteSwitched}. */
    INPUT_PRE_VOTE_SWITCHED,

    /** See {@link io.balsa.raft.message.PreVote}. */
    SENT_PRE_VOTE,
    /** See {@link io.balsa.raft.message.PreVoteReply}. */
    SENT_PRE_VOTE_REPLY,
    /** See {@link io.balsa.raft.message.RequestVote}. */
    SENT_REQUEST_VOTE,
    /** See {@link io.balsa.raft.message.RequestVoteReply}. */
    SENT_REQUEST_VOTE_REPLY,
    /** See {@link io.balsa.raft.message.AppendEntries}. */
    SENT_APPEND_ENTRIES,
    /** See {@link io.balsa.raft.message.AppendEntriesAccepted}. */
    SENT_APPEND_ENTRIES_ACCEPTED,
    /** See {@link io.balsa.raft.message.AppendEntriesRejected}. */
    SENT_APPEND_ENTRIES_REJECTED,
    /** See {@link io.balsa.raft.message.Heartbeat}. */
    SENT_HEARTBEAT,
    /** See {@link io.balsa.raft.message.HeartbeatReply}. */
    SENT_HEARTBEAT_REPLY,
    /** See {@link io.balsa.raft.message.ReadRequest}. */
    SENT_READ_REQUEST,
    /** See {@link io.balsa.raft.message.ReadReply}. */
    SENT_READ_REPLY,
    /** See {@link io.balsa.raft.message.InstallSnapshot}. */
    SENT_INSTALL_SNAPSHOT,
    /** See {@link io.balsa.raft.message.InstallSnapshotReply}. */
    SENT_INSTALL_SNAPSHOT_REPLY,
    /** See {@link io.balsa.raft.message.TimeoutNow}. */
    SENT_TIMEOUT_NOW,
    /** See {@link io.balsa.raft.message.ForwardedProposal}. */
    SENT_FORWARDED_PROPOSAL,
    /** See {@link io.balsa.raft.message.ForwardedResult}. */
    SENT_FORWARDED_RESULT,
    /** See {@link io.balsa.raft.message.ForwardedFailure}. */
    SENT_FORWARDED_FAILURE,
    /** See {@link io.balsa.raft.message.HashReport}. */
    SENT_HASH_REPORT,
    /** See {@link io.balsa.raft.message.HashQuestion}: simulated state machines do not differ. */
    SENT_HASH_QUESTION(Feature.OUT_OF_REACH),
    /** See {@link io.balsa.raft.message.HashAnswer}. */
    SENT_HASH_ANSWER(Feature.OUT_OF_REACH),
    /** See {@link io.balsa.raft.message.StateDiverged}. */
    SENT_STATE_DIVERGED(Feature.OUT_OF_REACH),

    /** See {@link io.balsa.raft.message.PreVote}. */
    RECEIVED_PRE_VOTE,
    /** See {@link io.balsa.raft.message.PreVoteReply}. */
    RECEIVED_PRE_VOTE_REPLY,
    /** See {@link io.balsa.raft.message.RequestVote}. */
    RECEIVED_REQUEST_VOTE,
    /** See {@link io.balsa.raft.message.RequestVoteReply}. */
    RECEIVED_REQUEST_VOTE_REPLY,
    /** See {@link io.balsa.raft.message.AppendEntries}. */
    RECEIVED_APPEND_ENTRIES,
    /** See {@link io.balsa.raft.message.AppendEntriesAccepted}. */
    RECEIVED_APPEND_ENTRIES_ACCEPTED,
    /** See {@link io.balsa.raft.message.AppendEntriesRejected}. */
    RECEIVED_APPEND_ENTRIES_REJECTED,
    /** See {@link io.balsa.raft.message.Heartbeat}. */
    RECEIVED_HEARTBEAT,
    /** See {@link io.balsa.raft.message.HeartbeatReply}. */
    RECEIVED_HEARTBEAT_REPLY,
    /** See {@link io.balsa.raft.message.ReadRequest}. */
    RECEIVED_READ_REQUEST,
    /** See {@link io.balsa.raft.message.ReadReply}. */
    RECEIVED_READ_REPLY,
    /** See {@link io.balsa.raft.message.InstallSnapshot}. */
    RECEIVED_INSTALL_SNAPSHOT,
    /** See {@link io.balsa.raft.message.InstallSnapshotReply}. */
    RECEIVED_INSTALL_SNAPSHOT_REPLY,
    /** See {@link io.balsa.raft.message.TimeoutNow}. */
    RECEIVED_TIMEOUT_NOW,
    /** See {@link io.balsa.raft.message.ForwardedProposal}. */
    RECEIVED_FORWARDED_PROPOSAL,
    /** See {@link io.balsa.raft.message.ForwardedResult}. */
    RECEIVED_FORWARDED_RESULT,
    /** See {@link io.balsa.raft.message.ForwardedFailure}. */
    RECEIVED_FORWARDED_FAILURE,
    /** See {@link io.balsa.raft.message.HashReport}. */
    RECEIVED_HASH_REPORT,
    /** See {@link io.balsa.raft.message.HashQuestion}. */
    RECEIVED_HASH_QUESTION(Feature.OUT_OF_REACH),
    /** See {@link io.balsa.raft.message.HashAnswer}. */
    RECEIVED_HASH_ANSWER(Feature.OUT_OF_REACH),
    /** See {@link io.balsa.raft.message.StateDiverged}. */
    RECEIVED_STATE_DIVERGED(Feature.OUT_OF_REACH),

    /** See {@link io.balsa.raft.cluster.RaftRole#FOLLOWER}. */
    ROLE_FOLLOWER,
    /** See {@link io.balsa.raft.cluster.RaftRole#PRE_CANDIDATE}. */
    ROLE_PRE_CANDIDATE,
    /** See {@link io.balsa.raft.cluster.RaftRole#CANDIDATE}. */
    ROLE_CANDIDATE,
    /** See {@link io.balsa.raft.cluster.RaftRole#LEADER}. */
    ROLE_LEADER,
    /** See {@link io.balsa.raft.cluster.RaftRole#LEARNER}. */
    ROLE_LEARNER;

    private final Feature waitsFor;

    Mark() {
        this(Feature.NONE);
    }

    Mark(Feature waitsFor) {
        this.waitsFor = waitsFor;
    }

    /** What has to exist before it can be seen; {@link Feature#NONE} if it can be now. */
    public Feature waitsFor() {
        return waitsFor;
    }

    /** What was seen. */
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
