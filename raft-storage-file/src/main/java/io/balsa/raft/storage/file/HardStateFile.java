package io.balsa.raft.storage.file;

import io.balsa.raft.cluster.NodeId;
import io.balsa.raft.cluster.NodeIdentity;
import io.balsa.raft.storage.HardState;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Term and vote, in two slots: a write goes to the slot that holds the older state, so the newer one stays whole whatever
 * becomes of the write. Each slot is a block of its own. After the {@linkplain FileStamp stamp}:
 *
 * <pre>
 *  96  u64  version: 1 when the store is made, one more with each change of term or vote
 * 104  u64  current term
 * 112  u64  id of the node voted for, 0 if none
 * 120  u64  global offset up to which the log was durable when this was written
 * </pre>
 *
 * <p>Both slots are written when the store is made, so that one of them is always whole. Every record of the log names the
 * version that was durable before it, so a newer one that is lost is missed.
 */
final class HardStateFile implements Closeable {

    /** Distance of the slots: what a disk tears or loses together does not hold both. */
    static final int SLOT_DISTANCE = 4096;

    static final int SLOT_BYTES = 128;
    static final int FILE_BYTES = 2 * SLOT_DISTANCE;

    private static final long FIRST_VERSION = 1;

    private static final Comparator<Slot> BY_AGE =
            Comparator.comparingLong(Slot::version).thenComparingLong(Slot::logSynced);

    private final DiskFile file;
    private final NodeIdentity identity;
    private final boolean slotLost;
    private long logSynced;
    private Slot newest;

    private record Slot(int place, long version, HardState state, long logSynced) {}

    private HardStateFile(DiskFile file, NodeIdentity identity, List<Slot> slots) {
        this.file = file;
        this.identity = identity;
        this.newest = slots.stream().max(BY_AGE).orElseThrow();
        this.slotLost = slots.size() < 2;
        this.logSynced = slots.stream().mapToLong(Slot::logSynced).max().orElseThrow();
    }

    /** Makes the file of a new store, aside. */
    static void prepare(Disk disk, NodeIdentity identity, HardState state) throws IOException {
        ByteBuffer contents = ByteBuffer.allocate(FILE_BYTES);
        for (int place = 0; place < 2; place++) {
            contents.put(
                    place * SLOT_DISTANCE, encode(new Slot(place, FIRST_VERSION, state, 0), identity), 0, SLOT_BYTES);
        }
        NewFile.prepare(disk, FileNames.HARD_STATE, contents, FILE_BYTES).close();
    }

    /** Opens the file and finds the newest state in it. Changes nothing. */
    static HardStateFile open(Disk disk, NodeIdentity identity) throws IOException {
        DiskFile file = disk.open(FileNames.HARD_STATE);
        boolean opened = false;
        try {
            List<Slot> slots = new ArrayList<>();
            for (int place = 0; place < 2; place++) {
                long at = (long) place * SLOT_DISTANCE;
                decode(place, file.readAll(ByteBuffer.allocate(SLOT_BYTES), at), identity)
                        .ifPresent(slots::add);
            }
            if (slots.isEmpty()) {
                throw new CorruptionException(
                        disk.toString(), FileNames.HARD_STATE, 0, 0, "neither slot for term and vote is whole");
            }
            opened = true;
            return new HardStateFile(file, identity, slots);
        } finally {
            if (!opened) {
                file.close();
            }
        }
    }

    /** Term and vote. */
    HardState state() {
        return newest.state;
    }

    /** How often term or vote were written since the store was made, and one. */
    long version() {
        return newest.version;
    }

    /** Whether only one slot was whole when the file was opened. */
    boolean isSlotLost() {
        return slotLost;
    }

    /** Up to where the log was durable when the file was opened or repaired, as far as this file knows. */
    long logSynced() {
        return logSynced;
    }

    /**
     * Makes sure that the newest state is durable in both slots, by writing both. What was found there proves nothing, even
     * if both have the same: either may be there only because the operating system remembers a write that never reached the
     * disk, after a sync that failed, of a change, of a repair or of the copy that a close makes. The next change would then
     * go to the slot that alone is durable.
     */
    void repair() throws IOException {
        repair(newest.logSynced);
    }

    /** Does the same, and notes in both slots that the log is durable only up to here: what was behind is lost. */
    void repair(long durableLog) throws IOException {
        logSynced = durableLog;
        newest = new Slot(newest.place, newest.version, newest.state, durableLog);
        write(newest); // where it is: until this is durable, the other slot may be all that the disk has
        replaceOlder(newest.version, newest.state, durableLog);
    }

    /** Writes term and vote; they are durable when this returns. */
    void write(HardState state, long durableLog) throws IOException {
        replaceOlder(newest.version + 1, state, durableLog);
    }

    /** Notes where the log ends, so that a log that is cut short is missed, and gives term and vote a second copy. */
    void writeClosed(long durableLog) throws IOException {
        replaceOlder(newest.version, newest.state, durableLog);
    }

    private void replaceOlder(long version, HardState state, long durableLog) throws IOException {
        Slot slot = new Slot(1 - newest.place, version, state, durableLog);
        write(slot);
        newest = slot;
    }

    private void write(Slot slot) throws IOException {
        file.writeAll(encode(slot, identity), (long) slot.place * SLOT_DISTANCE);
        file.force();
    }

    private static ByteBuffer encode(Slot slot, NodeIdentity identity) {
        ByteBuffer block = FileStamp.begin(FileStamp.HARD_STATE_MAGIC, SLOT_BYTES, identity);
        block.putLong(slot.version).putLong(slot.state.currentTerm());
        block.putLong(slot.state.votedFor().map(NodeId::value).orElse(0L)).putLong(slot.logSynced);
        return FileStamp.seal(block);
    }

    private static Optional<Slot> decode(int place, ByteBuffer block, NodeIdentity identity) {
        if (block.limit() != SLOT_BYTES
                || !FileStamp.isSound(block, FileStamp.HARD_STATE_MAGIC)
                || FileStamp.formatOf(block) != FileStamp.FORMAT
                || !FileStamp.identityOf(block).equals(identity)) {
            return Optional.empty();
        }
        long version = block.getLong();
        long term = block.getLong();
        long vote = block.getLong();
        HardState state = new HardState(term, vote == 0 ? Optional.empty() : Optional.of(NodeId.of(vote)));
        return Optional.of(new Slot(place, version, state, block.getLong()));
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
