/**
 * Threads, clocks and futures around the consensus core: three agents, one that reads old entries for them, and one that
 * writes snapshots.
 *
 * <table>
 *   <caption>Who does what, and what crosses from one to another</caption>
 *   <tr><th>agent</th><th>owns</th><th>is handed</th><th>hands on</th></tr>
 *   <tr><td>consensus</td><td>RaftCore, Requests</td>
 *       <td>messages, proposals, reads, operators' requests, completions</td>
 *       <td>Readies: to the transport and to all other agents</td></tr>
 *   <tr><td>log</td><td>writing to the storage</td>
 *       <td>hard state, entries, snapshots to install, messages that wait for them</td>
 *       <td>the messages to the transport; Persisted to the consensus agent</td></tr>
 *   <tr><td>load</td><td>reading from the storage</td><td>ranges, pieces of snapshots</td>
 *       <td>entries and pieces to who asked</td></tr>
 *   <tr><td>snapshot</td><td>the storage's one sink</td>
 *       <td>captured views of the state machine, pieces that a leader sent, exports</td>
 *       <td>SnapshotTaken, PieceStored, SnapshotReceived to the consensus agent</td></tr>
 *   <tr><td>apply</td><td>the StateMachine, users' futures</td>
 *       <td>committed entries, futures, reads, installed snapshots</td>
 *       <td>answers; captured views to the snapshot agent</td></tr>
 * </table>
 *
 * <p>A committed command has crossed from its caller to the consensus agent, from there to the disk and to the followers at
 * the same time, back to the consensus agent with the first answers that make a majority, and on to the apply agent.
 *
 * <p>No lock is held anywhere while an agent works, and no object is touched by two threads, save the inboxes between them;
 * only when an agent hangs while its node is closed, in the state machine, the transport, the storage or somebody's callback,
 * does the closing thread answer those who wait for it. So what waits for an answer is kept where another thread may see it.
 * Nothing waits for room:
 *
 * <table>
 *   <caption>What may wait where, and what happens beyond</caption>
 *   <tr><td>proposals, until they are answered</td><td>maxPendingBytes</td><td>refused at once</td></tr>
 *   <tr><td>proposals that a follower has passed on, until they are answered</td><td>maxPendingBytes, at both servers</td>
 *       <td>refused at once</td></tr>
 *   <tr><td>reads, until they may be served</td><td>maxPendingReads</td><td>refused at once</td></tr>
 *   <tr><td>messages of peers</td><td>maxInboxBytes</td><td>dropped; Raft sends them again</td></tr>
 *   <tr><td>entries on their way to the disk</td><td>2 x logCacheBytes</td>
 *       <td>a follower takes no more, and Raft sends them again; a leader refuses proposals</td></tr>
 *   <tr><td>committed entries on their way to the state machine</td><td>maxPendingBytes</td><td>read from the storage
 *       when their turn comes</td></tr>
 *   <tr><td>snapshots: captured, received piece by piece, exported</td><td>one of each</td>
 *       <td>refused, or sent again; a follower that gets one holds one open</td></tr>
 *   <tr><td>hashes of checkpoints, on their way to the leader or kept for its questions</td><td>the latest 8</td>
 *       <td>the oldest are forgotten</td></tr>
 *   <tr><td>changes of the membership, transfers</td><td>one, and what comes within a duty cycle</td>
 *       <td>refused by the core</td></tr>
 *   <tr><td>completions of the node's own agents</td><td>as many as were asked for</td><td>always fit</td></tr>
 * </table>
 *
 * <p>{@link io.balsa.raft.RaftConfig#memoryBudget} bounds the sum of all that.
 *
 * <p>Whatever an agent throws stops the node: a sync that failed is never tried again, a broken invariant is never survived.
 * Only an error of the disk that costs nothing but a snapshot is survived: it is logged, and tried again later.
 */
@org.jspecify.annotations.NullMarked
package io.balsa.raft.runtime;
