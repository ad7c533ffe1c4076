package io.balsa.raft.message;

/**
 * A message that others will count on: it may leave only after everything that the server had to remember when it was
 * said is on its disk ("before responding to RPCs", figure 3.1; dissertation section 3.8).
 *
 * <p>A request for votes belongs here because it says "this is my term, and I voted for myself in it". Heartbeats and
 * pre-votes promise nothing. A leader's AppendEntries promises nothing about the leader's own disk (section 10.2.1).
 */
public sealed interface AfterSync extends Message
        permits AppendEntriesAccepted, AppendEntriesRejected, RequestVote, RequestVoteReply {}
