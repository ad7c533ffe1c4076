/**
 * For whoever writes a {@link io.balsa.raft.storage.Storage}: {@link
 * io.balsa.raft.testkit.conformance.StorageConformance} has the promises that one makes, and checks them.
 */
@org.jspecify.annotations.NullMarked
package io.balsa.raft.testkit.conformance;
