/**
 * The world a simulation plays in: virtual time, chance from one seed, and what stands on the seams of a node instead of
 * clock, threads, network and disk. Not exported.
 *
 * <p>Everything happens in events, one after the other, on one thread. Whoever runs the same seed gets the same world.
 */
@org.jspecify.annotations.NullMarked
package io.balsa.raft.testkit.world;
