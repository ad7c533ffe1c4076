/**
 * Finds out that a state machine is not deterministic: servers that applied the same entries came to different results.
 *
 * <p>Every server rolls a {@link io.balsa.raft.divergence.RollingHash} over all that it applied and what came out, keeps the
 * last values in a {@link io.balsa.raft.divergence.HashWindow}, and reports the one at each checkpoint, an index that is a
 * multiple of the interval. {@link io.balsa.raft.divergence.DivergenceCheck} compares the reports, names who differs from
 * the majority, and, from the windows, where that began.
 */
@org.jspecify.annotations.NullMarked
package io.balsa.raft.divergence;
