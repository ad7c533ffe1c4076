/**
 * The program {@code raft-testkit.jar}: sweeps, runs, replays and shrinks. Not exported.
 */
@org.jspecify.annotations.NullMarked
package io.balsa.raft.testkit.cli;
