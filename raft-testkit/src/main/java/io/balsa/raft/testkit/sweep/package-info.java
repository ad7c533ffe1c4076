/**
 * Runs of many seeds, summed up and judged: nothing may be violated, and enough must have happened. Not exported.
 */
@org.jspecify.annotations.NullMarked
package io.balsa.raft.testkit.sweep;
