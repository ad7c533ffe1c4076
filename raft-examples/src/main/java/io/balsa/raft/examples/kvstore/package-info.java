/**
 * A replicated key-value store on top of Balsa: server, client and demonstration, all in {@code kvstore.jar}.
 *
 * <p>It shows how an application embeds the library, and it is what the end-to-end tests kill. Nothing here is API.
 */
@org.jspecify.annotations.NullMarked
package io.balsa.raft.examples.kvstore;
