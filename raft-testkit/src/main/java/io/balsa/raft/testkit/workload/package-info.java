/**
 * What clients do to a simulated cluster, and how it is seen that they are told the truth. Not exported.
 */
@org.jspecify.annotations.NullMarked
package io.balsa.raft.testkit.workload;
