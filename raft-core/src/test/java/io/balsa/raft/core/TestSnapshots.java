package io.balsa.raft.core;

import io.balsa.raft.message.InstallSnapshot;
import io.balsa.raft.message.SnapshotBytes;
import io.balsa.raft.storage.SnapshotInfo;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of snapshots in tests: what the log is up to there (its chain value), and then bytes that follow from that and
 * from who made them, so that a piece in the wrong place is found out.
 */
final class TestSnapshots {

    private @Nullable SnapshotInfo receiving;
    private byte[] bytes = {};
    private int received;

    /** The bytes of a snapshot of a log with this chain value. */
    static ByteBuffer bytes(SnapshotInfo snapshot, long chain) {
        byte[] bytes = new byte[Math.toIntExact(snapshot.sizeBytes())];
        for (int i = 0; i < bytes.length; i++) {
            long salt = i < Long.BYTES ? 0 : (long) snapshot.checksum() * 31 + i / Long.BYTES;
            bytes[i] = (byte) ((chain + salt) >>> (8 * (i % Long.BYTES)));
        }
        return ByteBuffer.wrap(bytes);
    }

    /** A piece of what a disk has, unless that is gone. */
    static Optional<SnapshotBytes> read(TestDisk disk, Load.Piece piece) {
        return disk.snapshot()
                .filter(piece.snapshot()::equals)
                .map(snapshot -> bytes(snapshot, disk.chainOf(snapshot)))
                .map(all -> SnapshotBytes.of(all.slice(Math.toIntExact(piece.offset()), piece.length())));
    }

    /**
     * Stores a piece if it is the next one.
     *
     * @return how much of the snapshot there is now
     */
    long store(InstallSnapshot piece) {
        SnapshotInfo snapshot = piece.snapshot();
        if (!snapshot.equals(receiving)) {
            receiving = snapshot;
            bytes = new byte[Math.toIntExact(snapshot.sizeBytes())];
            received = 0;
        }
        if (piece.offset() == received) {
            ByteBuffer data = piece.data().buffer();
            int length = data.remaining();
            data.get(bytes, received, length);
            received += length;
        }
        return received;
    }

    /** The chain value that the snapshot which has been received stands for. Forgets it. */
    long finish() {
        SnapshotInfo snapshot = Objects.requireNonNull(receiving);
        boolean tiny = bytes.length < Long.BYTES;
        long chain = tiny
                ? snapshot.last().hashCode()
                : Long.reverseBytes(ByteBuffer.wrap(bytes).getLong());
        if (!tiny && !Arrays.equals(bytes, bytes(snapshot, chain).array())) {
            throw new AssertionError(snapshot + " was put together from the wrong pieces");
        }
        receiving = null;
        return chain;
    }

    /** What is not finished is gone. */
    void forget() {
        receiving = null;
    }
}
