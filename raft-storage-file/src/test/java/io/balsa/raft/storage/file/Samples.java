package io.balsa.raft.storage.file;

import io.balsa.raft.cluster.Member;
import io.balsa.raft.cluster.Membership;
import io.balsa.raft.cluster.NodeId;
import io.balsa.raft.cluster.NodeIdentity;
import io.balsa.raft.storage.EntryKind;
import io.balsa.raft.storage.EntryRun;
import io.balsa.raft.storage.HardState;
import io.balsa.raft.storage.LogEntry;
import io.balsa.raft.storage.LogPosition;
import io.balsa.raft.storage.SnapshotInfo;
import io.balsa.raft.storage.SnapshotSource;
import io.balsa.raft.storage.Storage;
import io.balsa.raft.storage.StoredState;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import java.util.zip.CRC32C;

/** Values that the tests use, and a reader of whole logs. */
final class Samples {

    static final NodeIdentity IDENTITY = new NodeIdentity("orders", NodeId.of(1), 0x5ca1ab1e0ddba115L);

    static final Membership FOUNDING = Membership.ofVoters(List.of(
            new Member(NodeId.of(1), "http://10.0.0.1:7001"),
            new Member(NodeId.of(2), "http://10.0.0.2:7001"),
            new Member(NodeId.of(3), "http://10.0.0.3:7001")));

    private Samples() {}

    /** Chance that depends on the seed only; of seeds that are close, a {@link Random} itself begins with the same draws. */
    static Random chance(long seed) {
        return new Random(new SplittableRandom(seed).nextLong());
    }

    static HardState voted(long term, long candidate) {
        return new HardState(term, Optional.of(NodeId.of(candidate)));
    }

    static EntryRun run(long firstIndex, long term, String... payloads) {
        return EntryRun.of(
                firstIndex,
                term,
                EntryKind.COMMAND,
                Arrays.stream(payloads)
                        .map(payload -> payload.getBytes(StandardCharsets.UTF_8))
                        .toList());
    }

    static EntryRun runOfSize(long firstIndex, long term, int payloadBytes) {
        byte[] payload = new byte[payloadBytes];
        Arrays.fill(payload, (byte) term);
        return EntryRun.of(firstIndex, term, EntryKind.COMMAND, List.of(payload));
    }

    static EntryRun membership(long index, long term) {
        return EntryRun.of(index, term, EntryKind.MEMBERSHIP, List.of(FOUNDING.encode()));
    }

    /** A membership that takes several sectors to write down. */
    static Membership largeMembership() {
        return Membership.ofVoters(LongStream.rangeClosed(1, 100)
                .mapToObj(id -> Member.of(id, "http://10.0.0." + id + ":7001"))
                .toList());
    }

    static StoredState open(Storage storage) {
        return storage.open(IDENTITY, FOUNDING);
    }

    /** All entries of an open storage. */
    static List<LogEntry> entries(Storage storage, long last) {
        return entries(storage, 1, last);
    }

    static List<LogEntry> entries(Storage storage, long from, long to) {
        List<LogEntry> entries = new ArrayList<>();
        long next = from;
        while (next <= to) {
            for (EntryRun run : storage.read(next, to, Integer.MAX_VALUE)) {
                entries.addAll(run.entries());
            }
            next = from + entries.size();
        }
        return entries;
    }

    /** What a snapshot of this position and size consists of in these tests. */
    static ByteBuffer contents(LogPosition last, int bytes) {
        byte[] contents = new byte[bytes];
        new Random(last.index() * 31 + last.term()).nextBytes(contents);
        return ByteBuffer.wrap(contents);
    }

    /** That snapshot. */
    static SnapshotInfo announced(LogPosition last, int bytes) {
        CRC32C checksum = new CRC32C();
        checksum.update(contents(last, bytes));
        return new SnapshotInfo(last, 0, FOUNDING, bytes, (int) checksum.getValue());
    }

    /** All that a store holds: what opening it tells, and every entry. The newest snapshot is what it should be. */
    record Contents(StoredState state, List<LogEntry> entries) {}

    /** Opens the store on a disk, reads it all, and leaves it open, as a crash would. */
    static Contents contentsOf(Disk disk) {
        FileStorage storage = FileStorage.builder(disk)
                .segmentBytes(Workload.SEGMENT_BYTES)
                .mendFromPeers(false)
                .build();
        StoredState state = open(storage);
        state.snapshot().ifPresent(snapshot -> requireContents(storage, snapshot));
        return new Contents(
                state, entries(storage, state.base().index() + 1, state.last().index()));
    }

    private static void requireContents(Storage storage, SnapshotInfo snapshot) {
        int size = (int) snapshot.sizeBytes();
        try (SnapshotSource source = storage.openSnapshot(snapshot.last()).orElseThrow()) {
            ByteBuffer read = ByteBuffer.allocate(size);
            if (source.read(0, read) != size || !read.flip().equals(contents(snapshot.last(), size))) {
                throw new AssertionError("the contents of the " + snapshot + " have changed");
            }
        }
    }
}
