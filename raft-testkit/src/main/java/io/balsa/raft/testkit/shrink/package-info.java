/**
 * Scenarios: runs of which everything that was decided from outside is written down, so that it can be read, edited, replayed
 * and made smaller. Not exported.
 */
@org.jspecify.annotations.NullMarked
package io.balsa.raft.testkit.shrink;
