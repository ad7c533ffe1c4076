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
 *   <li>makes {@code loads}, and answers each by {@link Input.Loaded} or {@link Input.PieceLoaded};
 *   <li>does what {@code snapshots} says: an installation before the entries are written, and as durable as they;
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
 * @param snapshots to be stored, installed, or made room for
 * @param committed entries that are committed now, as far as the core still holds them: the last runs of those up to
 *     {@code commitIndex}. The last run may reach past it. What is missing is to be read from the storage
 * @param notices in the order in which things happened
 * @param standing what the server is after all that
 */
public record Ready(
        long number,
        List<Message> messages,
        Optional<HardState> hardState,
        List<EntryRun> entries,
        List<AfterSync> messagesAfterSync,
        List<Load> loads,
        SnapshotWork snapshots,
        List<EntryRun> committed,
        List<Notice> notices,
        Standing standing) {

    /**
     * What a server is at a moment.
     *
     * @param role what it does
     * @param term the latest it has seen
     * @param leader who leads that term, if known
     * @param commitIndex up to where the log is known to be committed
     * @param lastIndex where the log ends
     */
    public record Standing(RaftRole role, long term, Optional<NodeId> leader, long commitIndex, long lastIndex) {}

    /** What it does. */
    public RaftRole role() {
        return standing.role;
    }

    /** The latest term it has seen. */
    public long term() {
        return standing.term;
    }

    /** Who leads that term, if known. */
    public Optional<NodeId> leader() {
        return standing.leader;
    }

    /** Up to where the log is known to be committed. */
    public long commitIndex() {
        return standing.commitIndex;
    }

    /** Where the log ends. */
    public long lastIndex() {
        return standing.lastIndex;
    }

    /** Whether there is anything to write. */
    public boolean mustSync() {
        return hardState.isPresent()
                || !entries.isEmpty()
                || snapshots.install().isPresent();
    }
}
