package io.balsa.raft.testkit.workload;

import io.balsa.raft.SnapshotWriter;
import io.balsa.raft.StateMachine;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Optional;

/** Snapshots of a state machine with the index of the last command before them, so that who restores one knows it. */
final class Framed {

    private Framed() {}

    /** What the state machine has captured, with this index before it. */
    static Optional<SnapshotWriter> snapshot(StateMachine machine, long lastIndex) {
        return machine.snapshot().map(captured -> new Writer(captured, lastIndex));
    }

    /** The index; what follows in the stream is the state machine's. */
    static long index(InputStream in) throws IOException {
        return new DataInputStream(in).readLong();
    }

    private record Writer(SnapshotWriter captured, long lastIndex) implements SnapshotWriter {

        @Override
        public void writeTo(OutputStream out) throws IOException {
            DataOutputStream data = new DataOutputStream(out);
            data.writeLong(lastIndex);
            data.flush();
            captured.writeTo(out);
        }

        @Override
        public void close() {
            captured.close();
        }
    }
}
