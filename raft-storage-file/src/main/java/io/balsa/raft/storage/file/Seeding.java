package io.balsa.raft.storage.file;

import io.balsa.raft.cluster.NodeIdentity;
import io.balsa.raft.storage.DamagedSnapshotException;
import io.balsa.raft.storage.HardState;
import io.balsa.raft.storage.SnapshotInfo;
import io.balsa.raft.storage.StorageException;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/** The making of a store that begins with a snapshot: one more file of its {@link Founding}. */
final class Seeding {

    private static final int PIECE_BYTES = 64 * 1024;

    private final Disk disk;
    private final NodeIdentity identity;
    private final SnapshotInfo snapshot;
    private final String file;

    Seeding(Disk disk, NodeIdentity identity, SnapshotInfo snapshot) {
        this.disk = disk;
        this.identity = identity;
        this.snapshot = snapshot;
        this.file = FileNames.snapshot(snapshot.last()) + FileNames.NEW;
    }

    void seed(InputStream contents) throws IOException {
        disk.createDirectory();
        Closeable lock = StoreOpening.lock(disk);
        try {
            requireNoStore();
            StoreOpening.deleteUnfinished(disk);
            prepareSnapshot(contents);
            HardState hardState = new HardState(snapshot.last().term(), Optional.empty());
            new Founding(disk)
                    .found(
                            new IdentityFile(identity, snapshot.membership()),
                            new Founding.Beginning(hardState, snapshot.last()),
                            FileStorage.DEFAULT_SEGMENT_BYTES);
        } finally {
            lock.close();
        }
    }

    private void requireNoStore() throws IOException {
        List<String> stored =
                disk.list().stream().filter(FileNames::isStored).sorted().toList();
        if (!stored.isEmpty()) {
            throw new StorageException("there is a store in " + disk + " already (" + stored
                    + "), but a snapshot can only begin a new one; give it an empty directory");
        }
    }

    private void prepareSnapshot(InputStream contents) throws IOException {
        boolean whole = false;
        try (SnapshotWriter writer = SnapshotWriter.create(disk, file, new SnapshotHeader(identity, snapshot))) {
            copy(contents, writer);
            whole = writer.info().equals(snapshot);
            if (whole) {
                writer.finish();
            }
        }
        if (!whole) {
            disk.delete(file);
            throw new DamagedSnapshotException("the contents are not those of the " + snapshot
                    + ": they end too soon or have another checksum; export it once more");
        }
    }

    /** No more than is announced: what follows is none of our business. */
    private void copy(InputStream contents, SnapshotWriter writer) throws IOException {
        byte[] piece = new byte[PIECE_BYTES];
        int length = 0;
        while (length >= 0 && writer.position() < snapshot.sizeBytes()) {
            length = contents.read(piece, 0, (int) Math.min(PIECE_BYTES, snapshot.sizeBytes() - writer.position()));
            writer.write(ByteBuffer.wrap(piece, 0, Math.max(0, length)));
        }
    }
}
