package io.balsa.raft.runtime;

import io.balsa.raft.ChangeRefusedException;
import io.balsa.raft.NodeStoppedException;
import io.balsa.raft.SnapshotWriter;
import io.balsa.raft.StateMachine;
import io.balsa.raft.cluster.ChangeRefusal;
import io.balsa.raft.storage.SnapshotInfo;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * Takes snapshots of this server's own state machine: by itself when it is time, and when an operator asks. Captures on the
 * apply agent's thread, whose it is, and has the snapshot agent write; one at a time.
 */
final class LocalSnapshots {

    private final StateMachine stateMachine;
    private final SnapshotContent.Library library;
    private final SnapshotTrigger trigger;
    private final SnapshotAgent writer;
    private final SnapshotBoard board;
    private final Completer completer;
    private boolean underWay;
    private boolean takesNone; // the state machine has said so
    private volatile boolean stopped;
    private volatile Optional<CompletableFuture<SnapshotInfo>> waiting = Optional.empty(); // for the one under way

    LocalSnapshots(
            StateMachine stateMachine,
            SnapshotContent.Library library,
            SnapshotTrigger trigger,
            SnapshotAgent writer,
            SnapshotBoard board,
            Completer completer) {
        this.stateMachine = stateMachine;
        this.library = library;
        this.trigger = trigger;
        this.writer = writer;
        this.board = board;
        this.completer = completer;
    }

    /**
     * Takes a snapshot if it is time for one.
     *
     * @param backlog how many entries are committed but not applied
     * @param answers runs what it is given on the apply agent's thread
     */
    void look(AppliedPosition position, long backlog, boolean busy, Consumer<Runnable> answers) {
        if (isPossible(position) && trigger.isDue(position, busy || trigger.isMuch(backlog))) {
            take(position, answers, new CompletableFuture<>());
        }
    }

    /** When {@link #look} is due without anything being applied: never, if it would do nothing then. */
    long nanosToDeadline(AppliedPosition position) {
        return isPossible(position) ? trigger.nanosToDeadline(position) : Long.MAX_VALUE;
    }

    private boolean isPossible(AppliedPosition position) {
        return !underWay && !takesNone && !stopped && position.knowsMembership() && hasNews(position);
    }

    private boolean hasNews(AppliedPosition position) {
        return position.index() > board.newestIndex();
    }

    /** An operator wants one now. */
    void request(
            AppliedPosition position,
            boolean restoring,
            Consumer<Runnable> answers,
            CompletableFuture<SnapshotInfo> future) {
        if (stopped) {
            completer.fail(future, new NodeStoppedException("the node has stopped"));
        } else if (underWay || restoring) {
            refuse(future, ChangeRefusal.SNAPSHOT_IN_PROGRESS);
        } else if (!hasNews(position) || !position.knowsMembership()) {
            refuse(future, ChangeRefusal.NOTHING_TO_SNAPSHOT);
        } else {
            take(position, answers, future);
        }
    }

    private void refuse(CompletableFuture<?> future, ChangeRefusal reason) {
        completer.fail(future, new ChangeRefusedException(reason));
    }

    private void take(AppliedPosition position, Consumer<Runnable> answers, CompletableFuture<SnapshotInfo> future) {
        waiting = Optional.of(future); // before the state machine is asked, which may hang
        Optional<SnapshotWriter> view;
        List<SnapshotContent.Captured> sections;
        try {
            sections = library.capture();
            view = stateMachine.snapshot();
        } catch (RuntimeException | Error e) {
            failed(future, new IllegalStateException("the state machine could not be captured: " + e, e));
            if (e instanceof Error error) {
                throw error; // as from any other of its methods
            }
            return;
        }
        takesNone = view.isEmpty();
        if (takesNone) {
            refuse(future, ChangeRefusal.NO_SNAPSHOTS);
            return;
        }
        underWay = true;
        long entries = position.entries();
        long bytes = position.bytes();
        SnapshotAgent.Label label =
                new SnapshotAgent.Label(position.last(), position.membershipIndex(), position.membership());
        writer.take(new SnapshotAgent.Capture(
                label,
                sections,
                view.get(),
                result -> answers.accept(() -> {
                    underWay = false;
                    result.info().ifPresent(info -> {
                        trigger.taken(entries, bytes);
                        completer.complete(future, info);
                    });
                    result.failure().ifPresent(failure -> failed(future, failure));
                })));
    }

    private void failed(CompletableFuture<?> future, Exception failure) {
        if (stopped) {
            completer.fail(future, nodeStopped());
        } else {
            trigger.failed();
            board.couldNot("take a snapshot, and tries again later", failure);
            completer.fail(future, new ChangeRefusedException(ChangeRefusal.SNAPSHOT_FAILED, failure));
        }
    }

    /** The agents end: no more snapshots. Called by whoever ends them. */
    void stop() {
        stopped = true;
    }

    /** Whoever would have answered hangs: nobody shall wait for that. Called by whoever closes the node. */
    void abandon() {
        stop();
        waiting.ifPresent(future -> completer.fail(future, nodeStopped()));
    }

    private static NodeStoppedException nodeStopped() {
        return new NodeStoppedException("the node stopped before the snapshot was written");
    }
}
