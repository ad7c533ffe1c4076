/**
 * Sessions: how a command that its client sends twice takes effect once (dissertation section 6.3).
 *
 * <p>A client opens a session by an entry of the log, whose index is the session's id, and numbers its commands. Every
 * server keeps a {@link io.balsa.raft.session.SessionTable}, which is part of the replicated state: it remembers the result
 * of every command that its client has not yet acknowledged, and answers a repetition with it. So whoever does not know
 * what became of a command proposes it again under the same number, at any server, and learns.
 *
 * <table>
 *   <caption>What crosses the log, and what comes back</caption>
 *   <tr><td>{@link io.balsa.raft.session.SessionRequest}</td><td>payload of an entry of kind SESSION</td></tr>
 *   <tr><td>{@link io.balsa.raft.session.SessionAnswer}</td><td>what applying that entry answers its proposer</td></tr>
 * </table>
 *
 * <p>Everything here is a function of the log: no clock, no chance, nothing that differs from server to server. What a
 * client needs is {@link io.balsa.raft.session.SessionRequest} and {@link io.balsa.raft.session.SessionAnswer} alone.
 */
@org.jspecify.annotations.NullMarked
package io.balsa.raft.session;
