package io.balsa.raft.testkit.workload;

import io.balsa.raft.Command;
import io.balsa.raft.StateMachine;

/** A state machine whose answers are taken down. */
final class WatchedMachine<M extends StateMachine> implements StateMachine {

    /** Is told of a command that no state machine has applied before. */
    @FunctionalInterface
    interface Listener<M> {

        void onFirstApplied(M machine, Command command);
    }

    private final int server;
    private final M machine;
    private final Ledger ledger;
    private final Listener<M> listener;
    private long lastIndex;

    WatchedMachine(int server, M machine, Ledger ledger, Listener<M> listener) {
        this.server = server;
        this.machine = machine;
        this.ledger = ledger;
        this.listener = listener;
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
}
