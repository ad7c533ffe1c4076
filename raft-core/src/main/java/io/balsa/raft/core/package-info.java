/**
 * The consensus algorithm: no threads, no clock, no random numbers but those it is given, no files, no sockets, no logging.
 *
 * <p>It is a function that can be read. There is one way in, {@link io.balsa.raft.core.Input}: everything that can happen
 * to a server. There is one way out, {@link io.balsa.raft.core.Ready}: everything it wants done. Between them stand the
 * roles of figure 3.3 of the dissertation, {@code Follower}, {@code PreCandidate}, {@code Candidate} and {@code Leader},
 * each with the data that mean something in it.
 *
 * <p>Start with {@code Input} and {@code Ready}; then {@code RaftCore}, the rules for all servers; then
 * {@code Follower.onAppendEntries} with figure 3.1 beside it; then {@code Campaigner}, {@code Candidate} and
 * {@code Ballot}; then
 * {@code Leader}, {@code Replicator}, {@code Progress}, {@code Commitment} and {@code ReadQueue}.
 *
 * <table>
 *   <caption>The dissertation, section by section</caption>
 *   <tr><td>3.3</td><td>terms, rules for all servers</td><td>RaftCore.onReceived, Role</td></tr>
 *   <tr><td>3.4, 9.3</td><td>election, random timeouts</td><td>Follower.onTimePassed, Campaigner, Candidate, Ballot</td></tr>
 *   <tr><td>3.5</td><td>log replication</td><td>Follower.onAppendEntries, RaftLog.merge, Replicator, Progress</td></tr>
 *   <tr><td>3.6.1</td><td>election restriction</td><td>Role.onRequestVote, LogPosition</td></tr>
 *   <tr><td>3.6.2</td><td>commitment of earlier terms</td><td>Commitment</td></tr>
 *   <tr><td>3.8</td><td>persist before you speak</td><td>AfterSync, Outbox, RaftLog.persisted</td></tr>
 *   <tr><td>4.1, 4.3</td><td>memberships</td><td>MembershipHistory, Quorum</td></tr>
 *   <tr><td>6.2</td><td>a leader without a majority</td><td>Leader.onTimePassed</td></tr>
 *   <tr><td>6.4</td><td>reads</td><td>ReadQueue, ForwardedReads</td></tr>
 *   <tr><td>9.6, 4.2.3</td><td>PreVote, stickiness</td><td>PreCandidate, Role.onPreVote, RaftCore.onReceived</td></tr>
 *   <tr><td>10.2</td><td>pipelining, parallel disk writes</td><td>Ready, Inflight, ProposalQuota</td></tr>
 * </table>
 *
 * <p>The rule of section 3.8, that nothing is said before it is on the disk, is kept by type: what others will count on is
 * an {@link io.balsa.raft.message.AfterSync}. The server's own vote and its own entries count for it only when the disk has
 * them, too.
 *
 * <p>What is iterated is sorted, so that the same inputs give the same outputs.
 */
@org.jspecify.annotations.NullMarked
package io.balsa.raft.core;
