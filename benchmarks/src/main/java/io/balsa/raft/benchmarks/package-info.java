/** Benchmarks: of the pieces, by JMH, and of a whole cluster, beside replication without Raft. */
@org.jspecify.annotations.NullMarked
package io.balsa.raft.benchmarks;
