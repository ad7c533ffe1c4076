package io.balsa.raft.runtime;

import io.balsa.raft.core.Input;
import io.balsa.raft.message.InstallSnapshot;
import io.balsa.raft.storage.DamagedSnapshotException;
import io.balsa.raft.storage.SnapshotInfo;
import io.balsa.raft.storage.SnapshotSink;
import io.balsa.raft.storage.Storage;
import io.balsa.raft.storage.StorageException;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Puts together the pieces of a snapshot that a leader sends (figure 5.3). What has come is kept when the leader is lost or
 * the server restarts, and the next leader that has the same snapshot goes on from there. The snapshot agent's.
 */
final class SnapshotReceiver {

    /** After an error of the disk, so that the leader does not send the same piece over and over. */
    private static final long PAUSE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Storage storage;
    private final Consumer<Input> consensus;
    private final SnapshotBoard board;
    private final Clock clock;
    private final Probe probe;
    private final Inbox<InstallSnapshot> pieces = new Inbox<>();
    private Optional<Receiving> receiving = Optional.empty();
    private Optional<Input> lateAnswer = Optional.empty();
    private long answerNanos;
    private boolean failed;

    private record Receiving(SnapshotInfo snapshot, SnapshotSink sink) {}

    SnapshotReceiver(Storage storage, Consumer<Input> consensus, SnapshotBoard board, Clock clock, Probe probe) {
        this.storage = storage;
        this.consensus = consensus;
        this.board = board;
        this.clock = clock;
        this.probe = probe;
    }

    void put(InstallSnapshot piece) {
        pieces.put(piece);
    }

    int work() {
        int work = 0;
        if (lateAnswer.isPresent() && clock.nanoTime() - answerNanos >= 0) {
            consensus.accept(lateAnswer.get());
            lateAnswer = Optional.empty();
            work++;
        }
        for (InstallSnapshot piece : pieces.takeAll()) {
            store(piece);
            work++;
        }
        return work;
    }

    boolean hasWork() {
        return !pieces.isEmpty();
    }

    long nanosToDeadline() {
        return lateAnswer.isPresent() ? Math.max(0, answerNanos - clock.nanoTime()) : Long.MAX_VALUE;
    }

    /** Lets go of the storage's sink; what has come so far stays, and the next piece goes on. */
    void pause() {
        receiving.ifPresent(open -> close(open.sink));
        receiving = Optional.empty();
    }

    private void store(InstallSnapshot piece) {
        SnapshotInfo snapshot = piece.snapshot();
        long there = 0;
        try {
            SnapshotSink sink = sinkOf(snapshot);
            there = sink.position();
            if (piece.offset() == there && piece.data().size() > 0) {
                sink.write(piece.data().buffer());
            }
            there = sink.position();
            consensus.accept(there == snapshot.sizeBytes() ? commit(sink) : new Input.PieceStored(snapshot, there));
            failed = false;
        } catch (DamagedSnapshotException e) {
            board.couldNot("receive a snapshot as it was sent, and does it once more", e);
            pause();
            answerLate(new Input.PieceStored(snapshot, 0));
        } catch (StorageException e) {
            if (!failed) {
                board.couldNot("store a piece of the " + snapshot + ", and tries again", e);
            }
            failed = true;
            pause();
            answerLate(new Input.PieceStored(snapshot, there));
        }
    }

    private void answerLate(Input answer) {
        lateAnswer = Optional.of(answer);
        answerNanos = clock.nanoTime() + PAUSE_NANOS;
    }

    private SnapshotSink sinkOf(SnapshotInfo snapshot) {
        if (receiving.isEmpty() || !receiving.get().snapshot.equals(snapshot)) {
            pause();
            receiving = Optional.of(new Receiving(snapshot, storage.receiveSnapshot(snapshot)));
        }
        return receiving.get().sink;
    }

    private Input commit(SnapshotSink sink) {
        SnapshotInfo snapshot = board.publish(sink);
        pause();
        board.received(snapshot);
        probe.onSnapshotReceived(snapshot);
        return new Input.SnapshotReceived(snapshot);
    }

    private void close(SnapshotSink sink) {
        try {
            sink.close();
        } catch (StorageException e) {
            board.couldNot("close a part of a snapshot", e);
        }
    }
}
