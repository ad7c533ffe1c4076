/** Fault injection for Balsa and for users' own state machines: so far, a disk whose power can be cut. */
@org.jspecify.annotations.NullMarked
package io.balsa.raft.testkit;
