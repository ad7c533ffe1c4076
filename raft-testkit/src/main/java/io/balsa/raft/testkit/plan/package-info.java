/**
 * What is going to happen to a simulated cluster, as far as it is decided from outside: the options of a run, the strikes of
 * its nemesis, the fates of messages and the steps of clients. Not exported.
 *
 * <p>Every decision has a name of its own (the third AppendEntries from 1 to 2, the seventh step of client 2), and what is
 * drawn for it depends on the seed and that name only. So one can be left out without shifting the others, which is what
 * shrinking a failure needs.
 */
@org.jspecify.annotations.NullMarked
package io.balsa.raft.testkit.plan;
