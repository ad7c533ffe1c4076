package io.balsa.raft.testkit.world;

import io.balsa.raft.Command;
import io.balsa.raft.SnapshotWriter;
import io.balsa.raft.StateMachine;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/** A state machine that tells when it is captured. */
final class CapturedMachine implements StateMachine {

    private final StateMachine machine;
    private final Runnable onCaptured;

    CapturedMachine(StateMachine machine, Runnable onCaptured) {
        this.machine = machine;
        this.onCaptured = onCaptured;
    }

    @Override
    public byte[] apply(Command command) {
        return machine.apply(command);
    }

    @Override
    public Optional<SnapshotWriter> snapshot() {
        onCaptured.run();
        return machine.snapshot();
    }

    @Override
    public void restore(InputStream in) throws IOException {
        machine.restore(in);
    }
}
