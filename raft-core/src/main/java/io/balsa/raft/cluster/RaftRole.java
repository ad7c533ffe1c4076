package io.balsa.raft.cluster;

/** What a server is doing: the states of figure 3.3 of the dissertation, with those of sections 4.2.1 and 9.6. */
public enum RaftRole {
    /** Takes entries, never votes, never campaigns, counts for nothing (section 4.2.1). */
    LEARNER,
    /** Answers to a leader or waits for one. */
    FOLLOWER,
    /** Asks whether an election could be won, before it disturbs anybody with a new term (section 9.6). */
    PRE_CANDIDATE,
    /** Asks for votes. */
    CANDIDATE,
    /** Takes proposals and replicates them. */
    LEADER
}
