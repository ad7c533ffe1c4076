package io.balsa.raft.testkit.plan;

/** The kinds of things that an operator does to a cluster. Each seed allows some of them. */
public enum Act {
    /** A server that is no member becomes a learner. */
    ADD_LEARNER,
    /** A server that is no member becomes a voter, when it has caught up. */
    ADD_VOTER,
    /** A learner becomes a voter. */
    PROMOTE,
    /** A voter becomes a learner. */
    DEMOTE,
    /** A member is none any more: the leader itself, often. */
    REMOVE,
    /** A member goes and another server comes. */
    REPLACE,
    /** Any number of changes at once, which takes a joint membership if several votes come or go. */
    SEVERAL,
    /** A member is reached elsewhere. */
    MOVE,
    /** A member is more or less eager to lead. */
    PRIORITIZE,
    /** The leadership is handed over: to a given voter, to the fittest, or to who cannot have it. */
    TRANSFER,
    /** A snapshot is taken now. */
    SNAPSHOT,
    /** The newest snapshot is written somewhere else. */
    EXPORT,
    /** PreVote is switched off or on. */
    SWITCH_PRE_VOTE,
    /** Something that must be refused, and change nothing. */
    ILLEGAL;

    /** Whether it changes who belongs to the cluster, or who votes. */
    public boolean isOfMembership() {
        return switch (this) {
            case ADD_LEARNER, ADD_VOTER, PROMOTE, DEMOTE, REMOVE, REPLACE, SEVERAL, MOVE, PRIORITIZE -> true;
            default -> false;
        };
    }
}
