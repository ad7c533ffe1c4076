package io.balsa.raft.testkit.conformance;

import io.balsa.raft.cluster.Membership;
import io.balsa.raft.cluster.NodeId;
import io.balsa.raft.storage.EntryKind;
import io.balsa.raft.storage.EntryRun;
import io.balsa.raft.storage.HardState;
import io.balsa.raft.storage.LogEntry;
import io.balsa.raft.storage.LogPosition;
import io.balsa.raft.storage.SnapshotInfo;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32C;

/** What is written to the stores under test. */
final class Values {

    private Values() {}

    static EntryRun run(long firstIndex, long term, String... payloads) {
        List<byte[]> encoded = Arrays.stream(payloads)
                .map(payload -> payload.getBytes(StandardCharsets.UTF_8))
                .toList();
        return EntryRun.of(firstIndex, term, EntryKind.COMMAND, encoded);
    }

    /** An entry with so many bytes, which differ. */
    static EntryRun runOfSize(long index, long term, int bytes) {
        byte[] payload = new byte[bytes];
        for (int i = 0; i < bytes; i++) {
            payload[i] = (byte) (i * 31 + (i >> 9) + index);
        }
        return EntryRun.of(index, term, EntryKind.COMMAND, List.of(payload));
    }

    static EntryRun membershipRun(long index, long term, Membership membership) {
        return EntryRun.of(index, term, EntryKind.MEMBERSHIP, List.of(membership.encode()));
    }

    static LogPosition at(long index, long term) {
        return new LogPosition(index, term);
    }

    static HardState voted(long term, long candidate) {
        return new HardState(term, Optional.of(NodeId.of(candidate)));
    }

    static HardState notVoted(long term) {
        return new HardState(term, Optional.empty());
    }

    static List<LogEntry> entries(EntryRun... runs) {
        return Arrays.stream(runs).flatMap(run -> run.entries().stream()).toList();
    }

    static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    static String text(ByteBuffer bytes) {
        return StandardCharsets.UTF_8.decode(bytes).toString();
    }

    /** Text of several blocks of any disk, no two of which are equal. */
    static String longText() {
        StringBuilder text = new StringBuilder();
        for (int line = 0; text.length() < 300_000; line++) {
            text.append("line ").append(line).append('\n');
        }
        return text.toString();
    }

    /** Where the membership of our snapshots stands. */
    static long membershipIndex(LogPosition last) {
        return Math.min(2, last.index());
    }

    /** What is announced of a snapshot with these contents. */
    static SnapshotInfo announced(LogPosition last, String contents) {
        CRC32C crc = new CRC32C();
        crc.update(bytes(contents));
        return new SnapshotInfo(
                last, membershipIndex(last), Bench.LATER, bytes(contents).remaining(), (int) crc.getValue());
    }
}
