package io.balsa.raft.runtime;

import io.balsa.raft.core.Input;
import io.balsa.raft.core.RaftCore;
import io.balsa.raft.core.Ready;
import io.balsa.raft.message.Message;
import io.balsa.raft.storage.EntryRun;

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
}
