/**
 * Checks whether what clients saw of a system could have come from a single copy that does one thing at a time: each
 * operation takes effect at one instant between its invocation and its return (Herlihy and Wing 1990).
 *
 * <p>Record what the clients do in a {@link io.balsa.raft.testkit.linearizability.History}, say in a
 * {@link io.balsa.raft.testkit.linearizability.Model} how the single copy would behave (a register for each key is ready
 * made: {@link io.balsa.raft.testkit.linearizability.RegisterModel}), and ask the
 * {@link io.balsa.raft.testkit.linearizability.LinearizabilityChecker}.
 */
@org.jspecify.annotations.NullMarked
package io.balsa.raft.testkit.linearizability;
