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
    NOTICE_MEMBERSHIP_CHANGED(Feature.MEMBERSHIP_CHANGES),

    /** See {@link io.balsa.raft.core.Notice.Refusal#NOT_LEADER}. */
    REFUSAL_NOT_LEADER,
    /** See {@link io.balsa.raft.core.Notice.Refusal#OVERLOADED}. */
    REFUSAL_OVERLOADED,
    /** See {@link io.balsa.raft.core.Notice.Refusal#TIMED_OUT}. */
    REFUSAL_TIMED_OUT,

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
    /** See {@link io.balsa.raft.core.Input.Loaded}. */
    INPUT_LOADED,
    /** See {@link io.balsa.raft.core.Input.Unreachable}. */
    INPUT_UNREACHABLE,

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
