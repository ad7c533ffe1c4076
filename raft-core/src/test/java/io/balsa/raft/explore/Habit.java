package io.balsa.raft.explore;

/** What the runtime around a core does with a Ready: as it should, or wrong in a way that an exploration must find out. */
enum Habit {
    /** Does what {@link io.balsa.raft.core.Ready} says. */
    SOUND,
    /** Sends what should wait for the disk at once. */
    SPEAKS_BEFORE_SYNC,
    /** Tells the core that its writes are durable when they have only begun. */
    BELIEVES_TOO_EARLY,
    /** Writes the term and forgets for whom it voted. */
    FORGETS_VOTES
}
