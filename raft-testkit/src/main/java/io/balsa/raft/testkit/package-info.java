/**
 * Fault injection for Balsa: so far, a disk that loses, tears and reorders what was not synced. Simulations of whole clusters
 * are run by the module's own tests; their interface for users is to come.
 */
@org.jspecify.annotations.NullMarked
package io.balsa.raft.testkit;
