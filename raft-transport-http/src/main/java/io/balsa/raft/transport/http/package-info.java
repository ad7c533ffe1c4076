/** Raft messages over long-lived HTTP streams. */
@org.jspecify.annotations.NullMarked
package io.balsa.raft.transport.http;
