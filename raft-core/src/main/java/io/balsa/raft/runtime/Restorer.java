package io.balsa.raft.runtime;

import io.balsa.raft.StateMachine;
import io.balsa.raft.storage.SnapshotInfo;
import io.balsa.raft.storage.SnapshotSource;
import io.balsa.raft.storage.Storage;
import io.balsa.raft.storage.StorageException;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * Gives the state machine what a snapshot holds: the one that the storage had at the start, and those that are installed
 * because this server was far behind. The apply agent's, which does nothing else meanwhile.
 */
final class Restorer {

    private final Storage storage;
    private final StateMachine stateMachine;
    private final SnapshotContent.Library library;
    private final SnapshotBoard board;
    private final Inbox<SnapshotInfo> installed = new Inbox<>();
    private Optional<SnapshotInfo> wanted;
    private boolean awaitsNext; // the one that is wanted is gone, because there is a newer one, which is about to come
    private volatile boolean usesStorage;

    /** Restores first what the storage had when it was opened, if it had anything. */
    Restorer(
            Storage storage,
            StateMachine stateMachine,
            SnapshotContent.Library library,
            SnapshotBoard board,
            Optional<SnapshotInfo> stored) {
        this.storage = storage;
        this.stateMachine = stateMachine;
        this.library = library;
        this.board = board;
        this.wanted = stored;
    }

    /** This snapshot stands for the log up to its end now. Called by the consensus agent, before the commit index says so. */
    void install(SnapshotInfo snapshot) {
        installed.put(snapshot);
    }

    /** Whether the state machine has less than the log begins with, so that nothing can be applied or read. */
    boolean isPending() {
        return wanted.isPresent() || !installed.isEmpty();
    }

    boolean hasWork(long commitIndex) {
        return !installed.isEmpty() || (wanted.isPresent() && !mustWait(commitIndex));
    }

    /** Until the next one is there, and is known to be committed, or is installed. */
    private boolean mustWait(long commitIndex) {
        return awaitsNext && (board.isPublishing() || board.newestIndex() > commitIndex);
    }

    /** Whether the apply agent reads from the storage just now. Asked by any thread. */
    boolean usesStorage() {
        return usesStorage;
    }

    /**
     * Restores what is to be restored.
     *
     * @return what the state machine has now, if that is new
     */
    Optional<SnapshotInfo> restore(long commitIndex) {
        List<SnapshotInfo> arrived = installed.takeAll();
        if (!arrived.isEmpty()) {
            wanted = Optional.of(arrived.get(arrived.size() - 1)); // each is later than the one before
            awaitsNext = false;
        }
        if (wanted.isEmpty() || mustWait(commitIndex)) {
            return Optional.empty();
        }
        usesStorage = true;
        try {
            // What is installed is committed, even if the apply agent has not heard of that yet.
            Optional<SnapshotSource> source =
                    open(wanted.get(), Math.max(commitIndex, wanted.get().index()));
            awaitsNext = source.isEmpty();
            source.ifPresent(this::read);
            source.map(SnapshotSource::info).ifPresent(board::restored);
            return source.map(SnapshotSource::info);
        } finally {
            usesStorage = false;
        }
    }

    /**
     * The snapshot, or one that came after it and is committed as well, should it be gone by now; empty if that is not there
     * yet, or not known to be committed. A storage that keeps a single snapshot lets go of it as soon as there is another.
     */
    private Optional<SnapshotSource> open(SnapshotInfo snapshot, long commitIndex) {
        SnapshotInfo tried = snapshot;
        Optional<SnapshotSource> source = openIn(storage, tried);
        while (source.isEmpty()) {
            boolean publishing = board.isPublishing(); // asked first: what was published by now is the newest then
            SnapshotInfo newest = board.newest().orElse(snapshot);
            if (publishing || newest.index() > commitIndex) {
                return Optional.empty();
            }
            if (newest.equals(tried)) {
                throw unreadable(tried, new StorageException("the storage does not have it any more"));
            }
            tried = newest;
            source = openIn(storage, tried);
        }
        return source;
    }

    private static Optional<SnapshotSource> openIn(Storage storage, SnapshotInfo snapshot) {
        try {
            return storage.openSnapshot(snapshot.last());
        } catch (StorageException e) {
            throw unreadable(snapshot, e);
        }
    }

    private void read(SnapshotSource source) {
        try (source;
                SnapshotContent.Opened content = SnapshotContent.open(new SnapshotStreams.Input(source))) {
            library.restore(content.sections(), source.info().index());
            stateMachine.restore(content.state());
        } catch (IOException | RuntimeException e) {
            for (Throwable cause = e; cause != null; cause = cause.getCause()) {
                if (cause instanceof StorageException damage) { // the stream has handed it on, and others perhaps too
                    throw unreadable(source.info(), damage);
                }
            }
            throw new IllegalStateException("the state machine could not be restored from the " + source.info(), e);
        }
        wanted = Optional.empty();
    }

    /** There may be an older one, but only the storage knows whether its log goes on from there: it looks when it is opened. */
    private static StorageException unreadable(SnapshotInfo snapshot, StorageException reason) {
        return new StorageException(
                "the state machine could not be restored from the " + snapshot + ": " + reason.getMessage()
                        + "; start the node again: its storage falls back to an older snapshot if it has one that its log"
                        + " goes on from, and says so if it has none. Then remove the server from the cluster and add it"
                        + " again with an empty store, so that it gets everything from its leader",
                reason);
    }
}
