package io.balsa.raft.runtime;

import io.balsa.raft.SnapshotWriter;
import io.balsa.raft.cluster.Membership;
import io.balsa.raft.core.Input;
import io.balsa.raft.message.InstallSnapshot;
import io.balsa.raft.storage.LogPosition;
import io.balsa.raft.storage.SnapshotInfo;
import io.balsa.raft.storage.SnapshotSink;
import io.balsa.raft.storage.Storage;
import io.balsa.raft.storage.StorageException;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Writes snapshots, so that nobody else has to wait for that: the captured views of the state machine, and the pieces that a
 * leader sends. The storage has one sink open at a time, so both have the same thread. An error of the disk costs a snapshot
 * and nothing else.
 */
final class SnapshotAgent extends AbstractAgent {

    /** What a snapshot of this server covers. */
    record Label(LogPosition last, long membershipIndex, Membership membership) {}

    /** What became of a capture: the one or the other. */
    record Result(Optional<SnapshotInfo> info, Optional<Exception> failure) {}

    /**
     * A captured state that is to be written.
     *
     * @param whenDone is told, on this agent's thread, what became of it
     */
    record Capture(
            Label label, List<SnapshotContent.Captured> sections, SnapshotWriter view, Consumer<Result> whenDone) {}

    private final Storage storage;
    private final boolean compress;
    private final Consumer<Input> consensus;
    private final SnapshotBoard board;
    private final SnapshotReceiver receiver;
    private final Probe probe;
    private final Inbox<Capture> captures = new Inbox<>();
    private final Inbox<SnapshotExport> newExports = new Inbox<>();
    private Optional<SnapshotExport> export = Optional.empty();
    private volatile boolean cancelled;
    private volatile boolean stopped;

    SnapshotAgent(
            Storage storage,
            boolean compress,
            Consumer<Input> consensus,
            SnapshotBoard board,
            SnapshotReceiver receiver,
            Probe probe) {
        super("snapshot");
        this.storage = storage;
        this.compress = compress;
        this.consensus = consensus;
        this.board = board;
        this.receiver = receiver;
        this.probe = probe;
    }

    /** Called by the apply agent, which waits for one before it brings another. */
    void take(Capture capture) {
        captures.put(capture);
        afterRequest();
    }

    /** A leader has sent this piece. Called by the consensus agent, which waits for one before it brings another. */
    void store(InstallSnapshot piece) {
        receiver.put(piece);
        wake();
    }

    /** Called by any thread; there is one at a time. */
    void export(SnapshotExport wanted) {
        newExports.put(wanted);
        afterRequest();
    }

    private void afterRequest() {
        if (stopped) {
            failUnseen();
        } else {
            wake();
        }
    }

    /** The node is about to stop: what is being written is not worth waiting for. Called by any thread. */
    void cancel() {
        cancelled = true;
    }

    @Override
    public int doWork() {
        int work = receiver.work();
        for (Capture capture : captures.takeAll()) {
            receiver.pause();
            capture.whenDone.accept(writeOrDie(capture));
            work++;
        }
        return work + exportSome();
    }

    // --- the server's own ---

    /** Whatever ends the agent, whoever waits for the snapshot is told. */
    private Result writeOrDie(Capture capture) {
        boolean done = false;
        try {
            Result result = write(capture);
            done = true;
            return result;
        } finally {
            if (!done) {
                capture.whenDone.accept(new Result(
                        Optional.empty(), Optional.of(new IOException("the node fails while it is written"))));
            }
        }
    }

    private Result write(Capture capture) {
        try {
            Label label = capture.label;
            SnapshotInfo info;
            try (SnapshotSink sink = storage.beginSnapshot(label.last, label.membershipIndex, label.membership)) {
                write(capture, new SnapshotStreams.Output(sink, () -> cancelled));
                info = board.publish(sink);
            }
            board.taken(info);
            probe.onSnapshotTaken(info);
            consensus.accept(new Input.SnapshotTaken(info, board.damagedIndex()));
            return new Result(Optional.of(info), Optional.empty());
        } catch (IOException | StorageException e) {
            return new Result(Optional.empty(), Optional.of(e));
        } finally {
            close(capture.view);
        }
    }

    private void write(Capture capture, SnapshotStreams.Output out) throws IOException {
        try {
            SnapshotContent.write(out, compress, capture.sections, capture.view);
        } catch (IOException | RuntimeException e) {
            out.rethrowUnexpected();
            throw e instanceof IOException io ? io : new IOException("the state machine could not write it: " + e, e);
        }
        out.finish();
    }

    /** The application's exceptions are nobody else's matter here. */
    private void close(SnapshotWriter view) {
        try {
            view.close();
        } catch (RuntimeException e) {
            board.couldNot("close what the state machine had captured", e);
        }
    }

    // --- exports ---

    /** A part of it, so that nobody waits for all of it. */
    private int exportSome() {
        if (export.isEmpty()) {
            export = newExports.takeAll().stream().findFirst();
        }
        if (export.isEmpty()) {
            return 0;
        }
        if (export.get().writeSome()) {
            export = Optional.empty();
        }
        return 1;
    }

    @Override
    public boolean hasWork() {
        return !captures.isEmpty() || !newExports.isEmpty() || export.isPresent() || receiver.hasWork();
    }

    @Override
    public long nanosToDeadline() {
        return receiver.nanosToDeadline();
    }

    @Override
    void end() {
        stopped = true;
        receiver.pause();
        export.ifPresent(SnapshotExport::stop);
        failUnseen();
    }

    private void failUnseen() {
        for (Capture capture : captures.takeAll()) {
            close(capture.view);
            capture.whenDone.accept(new Result(Optional.empty(), Optional.of(new IOException("the node has stopped"))));
        }
        newExports.takeAll().forEach(SnapshotExport::stop);
    }
}
