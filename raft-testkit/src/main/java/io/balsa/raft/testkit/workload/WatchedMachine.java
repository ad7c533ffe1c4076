package io.balsa.raft.testkit.workload;

import io.balsa.raft.Command;
import io.balsa.raft.SnapshotWriter;
import io.balsa.raft.StateMachine;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/** A state machine whose answers are taken down. */
final class WatchedMachine<M extends StateMachine> implements StateMachine {

    /** Is told of a command that no state machine has applied before. */
    @FunctionalInterface
    interface Listener<M> {

        void onFirstApplied(M machine, Command command);
    }

    /** Is told that one was restored. */
    @FunctionalInterface
    interface RestoreListener<M> {

        void onRestored(int server, M machine, long index);
    }

    private final int server;
    private final M machine;
    private final Ledger ledger;
    private final Listener<M> listener;
    private final RestoreListener<M> restoreListener;
    private long lastIndex;

    WatchedMachine(int server, M machine, Ledger ledger, Listener<M> listener, RestoreListener<M> restoreListener) {
        this.server = server;
        this.machine = machine;
        this.ledger = ledger;
        this.listener = listener;
        this.restoreListener = restoreListener;
    }

    M machine() {
        return machine;
    }

    /** Index of the last command that was applied. */
    long lastIndex() {
        return lastIndex;
    }

    @Override
    public byte[] apply(Command command) {
        byte[] result = machine.apply(command);
        lastIndex = command.index();
        if (ledger.onApplied(server, command, result)) {
            listener.onFirstApplied(machine, command);
        }
        return result;
    }

    @Override
    public Optional<SnapshotWriter> snapshot() {
        return Framed.snapshot(machine, lastIndex);
    }

    @Override
    public void restore(InputStream in) throws IOException {
        lastIndex = Framed.index(in);
        machine.restore(in);
        restoreListener.onRestored(server, machine, lastIndex);
    }
}
