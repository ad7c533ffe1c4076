/**
 * Raft messages over long-lived HTTP/1.1 streams, with nothing but the JDK's own client and server.
 *
 * <p>A server that has something to say dials: a short {@code POST /raft/v1/hello} settles who talks to whom, then the
 * chunked body of one endless {@code POST /raft/v1/stream} carries frames, one way. Snapshots have a connection of their
 * own, so that a heartbeat is never behind one. {@link io.balsa.raft.transport.http.HttpTransport} is where to start.
 */
@org.jspecify.annotations.NullMarked
package io.balsa.raft.transport.http;
