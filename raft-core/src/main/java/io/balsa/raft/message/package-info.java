/**
 * What servers say to each other: one record for each kind of message, and the codec.
 *
 * <table>
 *   <caption>Who says what to whom</caption>
 *   <tr><th>message</th><th>from</th><th>to</th><th>where it comes from</th></tr>
 *   <tr><td>PreVote, PreVoteReply</td><td>pre-candidate</td><td>voters</td><td>dissertation section 9.6</td></tr>
 *   <tr><td>RequestVote, RequestVoteReply</td><td>candidate</td><td>voters</td><td>section 3.4</td></tr>
 *   <tr><td>AppendEntries, …Accepted, …Rejected</td><td>leader</td><td>everybody</td><td>section 3.5</td></tr>
 *   <tr><td>Heartbeat, HeartbeatReply</td><td>leader</td><td>everybody</td><td>section 3.4, 6.4</td></tr>
 *   <tr><td>ReadRequest, ReadReply</td><td>follower</td><td>leader</td><td>section 6.4</td></tr>
 *   <tr><td>ForwardedProposal, ForwardedResult, ForwardedFailure</td><td>follower</td><td>leader</td>
 *       <td>ours, beside Raft</td></tr>
 * </table>
 *
 * <p>In one place the wire differs from figure 3.1: a heartbeat is a message of its own and not an empty AppendEntries,
 * because its reply promises nothing that a disk must hold, so it need not wait for one, and reads depend on it.
 *
 * <p>Which replies wait for the disk is decided by their type, {@link io.balsa.raft.message.AfterSync}.
 */
@org.jspecify.annotations.NullMarked
package io.balsa.raft.message;
