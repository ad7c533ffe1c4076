/**
 * Threads, clocks and futures around the consensus core: three agents, and one that reads old entries for them.
 *
 * <table>
 *   <caption>Who does what, and what crosses from one to another</caption>
 *   <tr><th>agent</th><th>owns</th><th>is handed</th><th>hands on</th></tr>
 *   <tr><td>consensus</td><td>RaftCore, Requests</td><td>messages, proposals, reads, completions</td>
 *       <td>Readies: to the transport, the log agent, the load agent, the apply agent</td></tr>
 *   <tr><td>log</td><td>writing to the storage</td><td>hard state, entries, messages that wait for them</td>
 *       <td>the messages to the transport; Persisted to the consensus agent</td></tr>
 *   <tr><td>load</td><td>reading from the storage</td><td>ranges</td><td>entries to who asked</td></tr>
 *   <tr><td>apply</td><td>the StateMachine, users' futures</td><td>committed entries, futures, reads</td>
 *       <td>answers</td></tr>
 * </table>
 *
 * <p>A committed command has crossed from its caller to the consensus agent, from there to the disk and to the followers at
 * the same time, back to the consensus agent with the first answers that make a majority, and on to the apply agent.
 *
 * <p>No lock is held anywhere while an agent works, and no object is touched by two threads, save the inboxes between them;
 * only when a state machine hangs while its node is closed does the closing thread answer what the apply agent cannot.
 * Nothing waits for room:
 *
 * <table>
 *   <caption>What may wait where, and what happens beyond</caption>
 *   <tr><td>proposals, until they are answered</td><td>maxPendingBytes</td><td>refused at once</td></tr>
 *   <tr><td>reads, until they may be served</td><td>maxPendingReads</td><td>refused at once</td></tr>
 *   <tr><td>messages of peers</td><td>maxInboxBytes</td><td>dropped; Raft sends them again</td></tr>
 *   <tr><td>entries on their way to the disk</td><td>2 x logCacheBytes</td>
 *       <td>a follower takes no more, and Raft sends them again; a leader refuses proposals</td></tr>
 *   <tr><td>committed entries on their way to the state machine</td><td>maxPendingBytes</td><td>read from the storage
 *       when their turn comes</td></tr>
 *   <tr><td>completions of the node's own agents</td><td>as many as were asked for</td><td>always fit</td></tr>
 * </table>
 *
 * <p>Whatever an agent throws stops the node: a sync that failed is never tried again, a broken invariant is never survived.
 */
@org.jspecify.annotations.NullMarked
package io.balsa.raft.runtime;
