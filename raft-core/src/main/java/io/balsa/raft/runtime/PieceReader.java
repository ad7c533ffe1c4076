package io.balsa.raft.runtime;

import io.balsa.raft.cluster.NodeId;
import io.balsa.raft.core.Load;
import io.balsa.raft.storage.SnapshotInfo;
import io.balsa.raft.storage.SnapshotSource;
import io.balsa.raft.storage.Storage;
import io.balsa.raft.storage.StorageException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads pieces of snapshots for followers. A snapshot stays open while its transfer goes on, so that it is there to its end
 * even if there are newer ones by then. The load agent's.
 */
final class PieceReader {

    private static final Logger LOG = LoggerFactory.getLogger("io.balsa.raft");

    private final Storage storage;
    private final SortedMap<NodeId, SnapshotSource> open = new TreeMap<>();

    PieceReader(Storage storage) {
        this.storage = storage;
    }

    boolean isEmpty() {
        return open.isEmpty();
    }

    /** The bytes; empty if the snapshot is no longer there, or cannot be read. */
    Optional<ByteBuffer> read(Load.Piece piece) {
        try {
            Optional<SnapshotSource> source = sourceFor(piece.follower(), piece.snapshot());
            if (source.isEmpty()) {
                return Optional.empty();
            }
            ByteBuffer data = ByteBuffer.allocate(piece.length());
            source.get().read(piece.offset(), data);
            if (data.hasRemaining()) {
                throw new StorageException("the " + piece.snapshot() + " ends before it should");
            }
            if (piece.offset() + piece.length() == piece.snapshot().sizeBytes()) {
                close(piece.follower());
            }
            return Optional.of(data.flip());
        } catch (StorageException e) {
            LOG.warn(
                    "a piece of the {} could not be read for {}: {}", piece.snapshot(), piece.follower(), e.toString());
            close(piece.follower());
            return Optional.empty();
        }
    }

    private Optional<SnapshotSource> sourceFor(NodeId follower, SnapshotInfo snapshot) {
        SnapshotSource source = open.get(follower);
        if (source != null && source.info().equals(snapshot)) {
            return Optional.of(source);
        }
        close(follower);
        Optional<SnapshotSource> opened = storage.openSnapshot(snapshot.last());
        opened.ifPresent(newly -> open.put(follower, newly));
        if (opened.isPresent() && !opened.get().info().equals(snapshot)) {
            close(follower); // of the same position, but with other bytes
            return Optional.empty();
        }
        return opened;
    }

    /** Lets go of the snapshots that nobody of these needs any more. */
    void closeAllBut(Set<NodeId> followers) {
        for (NodeId follower : List.copyOf(open.keySet())) {
            if (!followers.contains(follower)) {
                close(follower);
            }
        }
    }

    private void close(NodeId follower) {
        SnapshotSource source = open.remove(follower);
        if (source != null) {
            try {
                source.close();
            } catch (StorageException e) {
                LOG.debug("a snapshot that was read could not be closed: {}", e.getMessage());
            }
        }
    }
}
