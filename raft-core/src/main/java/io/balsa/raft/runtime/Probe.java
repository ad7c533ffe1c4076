package io.balsa.raft.runtime;

import io.balsa.raft.core.Input;
import io.balsa.raft.core.RaftCore;
import io.balsa.raft.core.Ready;
import io.balsa.raft.message.Message;
import io.balsa.raft.storage.EntryRun;
import io.balsa.raft.storage.SnapshotInfo;

/**
 * Watches a node from within: the seam for those who check it, a simulator above all. Called by the agents themselves, in
 * the middle of their work: it must not change anything, and must not throw unless the node is to stop.
 */
public interface Probe {

    /** Watches nothing. */
    Probe NONE = new Probe() {};

    /** This is about to happen to the core. Called by the consensus agent. */
    default void onStep(RaftCore core, Input input) {}

    /** The core wants all this done; nothing of it is done yet. Called by the consensus agent. */
    default void onReady(RaftCore core, Ready ready) {}

    /** This is about to be handed to the transport. Called by the consensus agent and by the log agent. */
    default void onSend(Message message) {}

    /** Everything that Readies up to this number wanted to be written is durable. Called by the log agent. */
    default void onDurable(long number) {}

    /** The state machine has answered this to the command at this index. Called by the apply agent. */
    default void onApplied(EntryRun run, long index, byte[] result) {}

    /**
     * This server's state machine was captured when it had applied exactly what the snapshot covers, and that is durable and
     * visible now; the core has not heard of it yet. Called by the snapshot agent.
     */
    default void onSnapshotTaken(SnapshotInfo snapshot) {}

    /** All of a leader's snapshot is durable and visible; the core has not heard of it yet. Called by the snapshot agent. */
    default void onSnapshotReceived(SnapshotInfo snapshot) {}

    /**
     * This snapshot stands for the log up to its end, durably: everything that Readies up to this number wanted to be
     * written is on the disk. Comes right before {@link #onDurable} of that number, or of a later one. Called by the log
     * agent.
     */
    default void onSnapshotInstalled(long number, SnapshotInfo snapshot) {}

    /**
     * The state machine was restored from this snapshot, at the start or because it was installed, and is where the snapshot
     * ends now: what was applied before is forgotten, and the next command has a higher index. Called by the apply agent.
     */
    default void onRestored(SnapshotInfo snapshot) {}

    /**
     * A read was served on the strength of a lease, which still held after the state machine was read at this index or later.
     * Called by the apply agent.
     */
    default void onLeaseRead(long index) {}
}
