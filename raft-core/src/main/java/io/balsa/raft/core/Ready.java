package io.balsa.raft.core;

import io.balsa.raft.cluster.NodeId;
import io.balsa.raft.cluster.RaftRole;
import io.balsa.raft.message.AfterSync;
import io.balsa.raft.message.Message;
import io.balsa.raft.storage.EntryRun;
import io.balsa.raft.storage.HardState;
import java.util.List;
import java.util.Optional;

/**
 * Everything a server wants done. Whoever takes it
 *
 * <ol>
 *   <li>sends {@code messages}, at once: a leader may send an entry before its own disk has it (section 10.2.1);
 *   <li>writes {@code hardState}, then {@code entries}, each dropping what the log holds from its first index on, and
 *       makes both durable;
 *   <li>only then sends {@code messagesAfterSync}, and steps {@link Input.Persisted}. Several Readies may share a sync:
 *       then an acknowledgement of entries that a later one of them overwrites, and a message of a term below the last
 *       hard state, is dropped instead;
 *   <li>makes {@code loads}, and answers each by {@link Input.Loaded};
 *   <li>applies what is committed, at its own pace;
 *   <li>tells {@code notices} to whom they concern.
 * </ol>
 *
 * @param number 1, 2, 3, …
 * @param messages to be sent at once
 * @param hardState to be written; empty if it is as before
 * @param entries to be written
 * @param messagesAfterSync to be sent when all that was to be written up to here is durable
 * @param loads to be made
 * @param committed entries that are committed now, as far as the core still holds them: the last runs of those up to
 *     {@code commitIndex}. The last run may reach past it. What is missing is to be read from the storage
 * @param notices in the order in which things happened
 * @param role at the end of the last step
 * @param term at the end of the last step
 * @param leader who leads that term, if known
 * @param commitIndex up to where the log is known to be committed
 * @param lastIndex where the log ends
 */
public record Ready(
        long number,
        List<Message> messages,
        Optional<HardState> hardState,
        List<EntryRun> entries,
        List<AfterSync> messagesAfterSync,
        List<Load> loads,
        List<EntryRun> committed,
        List<Notice> notices,
        RaftRole role,
        long term,
        Optional<NodeId> leader,
        long commitIndex,
        long lastIndex) {

    /** Whether there is anything to write. */
    public boolean mustSync() {
        return hardState.isPresent() || !entries.isEmpty();
    }
}
