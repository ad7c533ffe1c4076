/**
 * What a transport implements. A transport carries opaque frames from one server to another. It may lose them, repeat them
 * and deliver them late; it must not damage them, must not block whoever sends, and is never asked to try again: Raft does
 * that.
 */
@org.jspecify.annotations.NullMarked
package io.balsa.raft.transport;
