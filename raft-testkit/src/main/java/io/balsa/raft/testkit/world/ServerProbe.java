package io.balsa.raft.testkit.world;

import io.balsa.raft.core.Input;
import io.balsa.raft.core.RaftCore;
import io.balsa.raft.core.Ready;
import io.balsa.raft.message.Message;
import io.balsa.raft.runtime.Probe;
import io.balsa.raft.storage.EntryRun;
import io.balsa.raft.storage.SnapshotInfo;

/** Tells whoever watches the servers what the node of one does. */
final class ServerProbe implements Probe {

    private final SimulatedServer server;
    private final ServerWatcher watcher;

    ServerProbe(SimulatedServer server, ServerWatcher watcher) {
        this.server = server;
        this.watcher = watcher;
    }

    @Override
    public void onStep(RaftCore core, Input input) {
        watcher.onStep(server, core, input);
    }

    @Override
    public void onSend(Message message) {
        watcher.onSend(server, message);
    }

    @Override
    public void onReady(RaftCore core, Ready ready) {
        watcher.onReady(server, core, ready);
    }

    @Override
    public void onDurable(long number) {
        watcher.onDurable(server, number);
    }

    @Override
    public void onApplied(EntryRun run, long index, byte[] result) {
        watcher.onApplied(server, run, index, result);
    }

    @Override
    public void onSnapshotTaken(SnapshotInfo snapshot) {
        watcher.onSnapshotTaken(server, snapshot);
    }

    @Override
    public void onSnapshotReceived(SnapshotInfo snapshot) {
        watcher.onSnapshotReceived(server, snapshot);
    }

    @Override
    public void onRestored(SnapshotInfo snapshot) {
        watcher.onRestored(server, snapshot);
    }

    @Override
    public void onLeaseRead(long index) {
        watcher.onLeaseRead(server, index);
    }
}
