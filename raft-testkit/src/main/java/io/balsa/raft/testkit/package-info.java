/** Simulation and fault injection, for Balsa and for users' own state machines. */
@org.jspecify.annotations.NullMarked
package io.balsa.raft.testkit;
