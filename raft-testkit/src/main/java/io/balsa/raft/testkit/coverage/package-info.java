/**
 * What the simulation has really exercised: counters of what happened inside the nodes, and the least that a sweep must have
 * seen of each. A run that tests nothing must fail. Not exported.
 */
@org.jspecify.annotations.NullMarked
package io.balsa.raft.testkit.coverage;
