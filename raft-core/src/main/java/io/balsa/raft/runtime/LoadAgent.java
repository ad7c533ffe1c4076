package io.balsa.raft.runtime;

import io.balsa.raft.cluster.NodeId;
import io.balsa.raft.core.Load;
import io.balsa.raft.storage.EntryRun;
import io.balsa.raft.storage.Storage;
import io.balsa.raft.storage.StorageException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * Reads old entries, for followers and for the state machine, and pieces of snapshots, for followers, and what nobody asks for,
 * to see that it is sound; away from the agents that must not wait for a disk. There is at most one request of each follower and one of the apply agent.
 */
final class LoadAgent extends AbstractAgent {

    private record Request(
            long from, long to, int maxBytes, BooleanSupplier isWanted, Consumer<List<EntryRun>> reader) {}

    private record PieceRequest(Load.Piece piece, Consumer<Optional<ByteBuffer>> reader) {}

    private final Storage storage;
    private final PieceReader pieces;
    private final Scrubbing scrubbing;
    private final Inbox<Request> requests = new Inbox<>();
    private final Inbox<PieceRequest> pieceRequests = new Inbox<>();
    private final Inbox<Set<NodeId>> receivers = new Inbox<>();
    private volatile boolean holdsSnapshots;

    /**
     * Reads from this storage.
     *
     * @param snapshot asks for a snapshot, because a part of what is stored is damaged
     */
    LoadAgent(SnapshotBoard board, Storage storage, Clock clock, Runnable snapshot) {
        super("load");
        this.storage = storage;
        this.scrubbing = new Scrubbing(board, storage, clock, snapshot);
        this.pieces = new PieceReader(storage);
    }

    /**
     * Hands the entries to {@code reader}, on the load agent's thread. Called by any agent.
     *
     * @param isWanted whether the storage must still have them; asked on the load agent's thread
     */
    void load(long from, long to, int maxBytes, BooleanSupplier isWanted, Consumer<List<EntryRun>> reader) {
        requests.put(new Request(from, to, maxBytes, isWanted, reader));
        wake();
    }

    /** Hands a piece to {@code reader}, on the load agent's thread; nothing if it cannot be read. */
    void load(Load.Piece piece, Consumer<Optional<ByteBuffer>> reader) {
        pieceRequests.put(new PieceRequest(piece, reader));
        wake();
    }

    /** Whether it holds snapshots for followers. Asked by any agent. */
    boolean holdsSnapshots() {
        return holdsSnapshots;
    }

    /** These followers are getting snapshots, and nobody else. */
    void keepFor(Set<NodeId> followers) {
        receivers.put(followers);
        wake();
    }

    @Override
    public int doWork() {
        List<Request> batch = requests.takeAll();
        for (Request request : batch) {
            request.reader.accept(read(request));
        }
        List<Set<NodeId>> told = receivers.takeAll();
        if (!told.isEmpty()) {
            pieces.closeAllBut(told.get(told.size() - 1));
        }
        List<PieceRequest> wanted = pieceRequests.takeAll();
        for (PieceRequest request : wanted) {
            request.reader.accept(pieces.read(request.piece));
        }
        holdsSnapshots = !pieces.isEmpty();
        return batch.size() + told.size() + wanted.size() + scrubbing.work();
    }

    private List<EntryRun> read(Request request) {
        try {
            return storage.read(request.from, request.to, request.maxBytes);
        } catch (StorageException e) {
            if (request.isWanted.getAsBoolean()) {
                throw e;
            }
            return List.of(); // dropped by the successor of a leader that was deposed, or covered by a snapshot
        }
    }

    @Override
    public long nanosToDeadline() {
        return scrubbing.nanosToDeadline();
    }

    @Override
    public boolean hasWork() {
        return !requests.isEmpty() || !pieceRequests.isEmpty() || !receivers.isEmpty();
    }

    @Override
    void end() {
        pieces.closeAllBut(Set.of());
        holdsSnapshots = false;
    }
}
