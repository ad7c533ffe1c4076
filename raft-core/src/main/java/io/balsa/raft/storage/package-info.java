/**
 * What a storage implements, and the values it keeps.
 *
 * <p>A {@link io.balsa.raft.storage.Storage} makes six promises:
 *
 * <ol>
 *   <li>what was written before a {@code sync} that returned is found by the next {@code open}, whatever crashed;
 *   <li>what was not yet synced is found whole or not at all, never damaged, and no entry without all before it;
 *   <li>term and vote change together;
 *   <li>appending at an index drops every entry that was there or after it, and such an entry never comes back;
 *   <li>damage is told, never guessed away: a storage refuses to open rather than to forget what it had synced;
 *   <li>a snapshot that was committed is found, whole, as long as it is among the newest, and no entry is dropped for one that
 *       is not.
 * </ol>
 *
 * <p>Whoever writes one finds all that follows from these, in sentences that can be checked, in the package
 * {@code io.balsa.raft.testkit.conformance} of the module {@code raft-testkit}.
 */
@org.jspecify.annotations.NullMarked
package io.balsa.raft.storage;
