package io.balsa.raft.testkit.workload;

import io.balsa.raft.Command;
import io.balsa.raft.SnapshotWriter;
import io.balsa.raft.StateMachine;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.Optional;

/** A user's state machine, in one life of a server. Whatever it does, the node goes on; the run ends because of it. */
final class CheckedMachine<M extends StateMachine> implements StateMachine {

    /** Who looks at what a state machine says. */
    interface Judge<M extends StateMachine> {

        /**
         * One has said this.
         *
         * @return the result for the node
         */
        byte[] onReply(CheckedMachine<M> machine, Command command, Reply reply);

        /** One has changed an array that it had returned as the result of its last command. */
        void onChangedResult(CheckedMachine<M> machine);

        /** One has thrown when its state was to be captured, written or restored. */
        void onFailure(CheckedMachine<M> machine, String when, Throwable failure);

        /** One was restored to what it should hold after its last command. */
        void onRestored(CheckedMachine<M> machine);
    }

    private final int server;
    private final int life;
    private final M machine;
    private final Judge<M> judge;
    private boolean restored;
    private long lastIndex;
    private byte[] lastResult = new byte[0];
    private byte[] copyOfLastResult = new byte[0];

    CheckedMachine(int server, int life, M machine, Judge<M> judge) {
        this.server = server;
        this.life = life;
        this.machine = machine;
        this.judge = judge;
    }

    M machine() {
        return machine;
    }

    int server() {
        return server;
    }

    /** Index of the last command that was applied. */
    long lastIndex() {
        return lastIndex;
    }

    /** Whether it did not apply all commands itself. */
    boolean isRestored() {
        return restored;
    }

    @Override
    public byte[] apply(Command command) {
        Reply reply = Reply.of(machine, command);
        if (!Arrays.equals(lastResult, copyOfLastResult)) {
            judge.onChangedResult(this);
        }
        lastResult = reply.result();
        copyOfLastResult = lastResult.clone();
        lastIndex = command.index();
        return judge.onReply(this, command, reply);
    }

    @Override
    public Optional<SnapshotWriter> snapshot() {
        try {
            return Framed.snapshot(machine, lastIndex).map(Watched::new);
        } catch (RuntimeException | AssertionError | StackOverflowError | LinkageError e) {
            judge.onFailure(this, "snapshot()", e);
            return Optional.empty();
        }
    }

    /** What is wrong with the writer is told; what is wrong with the disk, or with the node, is not its fault. */
    private final class Watched implements SnapshotWriter {

        private final SnapshotWriter writer;

        Watched(SnapshotWriter writer) {
            this.writer = writer;
        }

        @Override
        public void writeTo(OutputStream out) throws IOException {
            WatchedStream stream = new WatchedStream(out);
            try {
                writer.writeTo(stream);
            } catch (IOException | RuntimeException | AssertionError | StackOverflowError | LinkageError e) {
                if (!stream.hasFailed()) {
                    judge.onFailure(CheckedMachine.this, "the writer of its snapshot", e);
                }
                throw e;
            }
        }

        @Override
        public void close() {
            writer.close();
        }
    }

    @Override
    public void restore(InputStream in) throws IOException {
        lastIndex = Framed.index(in);
        lastResult = new byte[0];
        copyOfLastResult = lastResult;
        restored = true;
        try {
            machine.restore(in);
        } catch (IOException | RuntimeException | AssertionError | StackOverflowError | LinkageError e) {
            judge.onFailure(this, "restore(...)", e);
            return;
        }
        judge.onRestored(this);
    }

    @Override
    public String toString() {
        return "server " + server + (life == 1 ? "" : " in life " + life)
                + (restored ? ", restored from a snapshot," : "");
    }
}
