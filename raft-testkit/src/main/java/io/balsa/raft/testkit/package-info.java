/**
 * For tests: {@link io.balsa.raft.testkit.Simulation} runs whole clusters of a user's state machine on virtual time and breaks
 * them on purpose; {@link io.balsa.raft.testkit.SimulatedDisk} loses, tears and reorders what was not synced.
 */
@org.jspecify.annotations.NullMarked
package io.balsa.raft.testkit;
