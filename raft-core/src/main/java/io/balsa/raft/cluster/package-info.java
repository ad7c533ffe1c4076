/**
 * Who is in the cluster: names, members and memberships. Values that know nothing else of the library.
 *
 * <p>What the Raft paper calls a <em>configuration</em> is a {@link io.balsa.raft.cluster.Membership} here, so that it is
 * not mistaken for a node's settings. All types are immutable and safe to share between threads.
 */
@org.jspecify.annotations.NullMarked
package io.balsa.raft.cluster;
