package io.balsa.raft.testkit.plan;

/**
 * What a client does next.
 *
 * @param pauseNanos how long it waits before
 * @param server to which server it turns, counted from 1
 * @param chance the seed of what it wants
 */
public record ClientStep(long pauseNanos, int server, long chance) {}
