package io.balsa.raft.storage.file;

import io.balsa.raft.storage.DamagedSnapshotException;
import io.balsa.raft.storage.SnapshotInfo;
import io.balsa.raft.storage.SnapshotSink;
import io.balsa.raft.storage.StorageException;
import java.io.IOException;
import java.nio.ByteBuffer;

/** A snapshot that is being made, in a file aside. What cannot be written is deleted, for its room may be needed. */
final class SnapshotDraft implements SnapshotSink {

    private final Snapshots snapshots;
    private final String file;
    private final SnapshotInfo expected;
    private final boolean received;
    private final SnapshotWriter writer;
    private boolean open = true;

    /**
     * A draft in this file.
     *
     * @param expected what it must become if it is {@code received}; else all but its size and its checksum
     */
    SnapshotDraft(Snapshots snapshots, String file, SnapshotInfo expected, boolean received, SnapshotWriter writer) {
        this.snapshots = snapshots;
        this.file = file;
        this.expected = expected;
        this.received = received;
        this.writer = writer;
    }

    @Override
    public long position() {
        return writer.position();
    }

    @Override
    public void write(ByteBuffer bytes) {
        requireOpen();
        if (received && writer.position() + bytes.remaining() > expected.sizeBytes()) {
            throw damaged("more bytes came than were announced");
        }
        try {
            writer.write(bytes);
        } catch (IOException e) {
            throw failed(e);
        }
    }

    @Override
    public SnapshotInfo commit() {
        requireOpen();
        if (received && !writer.info().equals(expected)) {
            throw damaged("its size or its checksum is another than was announced");
        }
        try {
            SnapshotInfo info = writer.finish();
            writer.close();
            snapshots.publish(file, info);
            end();
            return info;
        } catch (IOException e) {
            throw failed(e);
        }
    }

    private void requireOpen() {
        if (!open) {
            throw new IllegalStateException("no more can be written to the " + expected + ": it was let go of");
        }
        snapshots.requireOpen();
    }

    private DamagedSnapshotException damaged(String problem) {
        DamagedSnapshotException damage = new DamagedSnapshotException("the " + expected + " was not received as it was"
                + " announced: " + problem + "; it has to be sent once more");
        discard(damage);
        return damage;
    }

    private StorageException failed(IOException e) {
        StorageException failure = new StorageException(
                "the " + expected + " could not be written to " + file + ": " + FileStorage.reasonOf(e), e);
        discard(failure);
        return failure;
    }

    private void discard(StorageException reason) {
        end();
        try (writer) {
            snapshots.delete(file);
        } catch (IOException e) {
            reason.addSuppressed(e); // what is left is deleted by the next one, or the next start
        }
    }

    private void end() {
        open = false;
        snapshots.ended(this);
    }

    @Override
    public void close() {
        if (!open) {
            return;
        }
        end();
        try (writer) {
            if (!received) {
                snapshots.delete(file);
            }
        } catch (IOException e) {
            throw new StorageException("the " + expected + " could not be let go of: " + FileStorage.reasonOf(e), e);
        }
    }

    /** Lets go of the file, and leaves it as it is. */
    void abandon() throws IOException {
        open = false;
        writer.close();
    }
}
