package io.balsa.raft;

/** What an agent's thread does when there is nothing to do. */
public enum IdleStrategy {
    /** Sleeps until it is woken or its next deadline has come: no CPU when idle, some microseconds for each wake-up. */
    PARK,
    /** Looks again for a short while before it parks. Pays only where every agent can have a core of its own. */
    SPIN
}
