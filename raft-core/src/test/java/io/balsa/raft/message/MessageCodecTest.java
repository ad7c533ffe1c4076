package io.balsa.raft.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.balsa.raft.cluster.Member;
import io.balsa.raft.cluster.Membership;
import io.balsa.raft.cluster.NodeId;
import io.balsa.raft.message.ForwardedFailure.Reason;
import io.balsa.raft.storage.EntryKind;
import io.balsa.raft.storage.EntryRun;
import io.balsa.raft.storage.LogPosition;
import io.balsa.raft.storage.SnapshotInfo;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Messages as bytes: pinned, and safe against any bytes that a network may bring. */
@DisplayName("A message")
class MessageCodecTest {

    private static final NodeId ONE = NodeId.of(1);
    private static final NodeId TWO = NodeId.of(2);
    private static final LogPosition LAST = new LogPosition(9, 4);

    private static final String HEADER_REST = "000000000000000500000000000000010000000000000002";
    private static final String LAST_HEX = "00000000000000090000000000000004";

    /** Each kind of message, and the bytes that stand for it on the wire, for ever. */
    static Stream<Arguments> kinds() {
        EntryRun commands =
                EntryRun.of(10, 4, EntryKind.COMMAND, List.of(new byte[] {1, 2}, new byte[0], new byte[] {3}));
        EntryRun noOp = EntryRun.of(13, 5, EntryKind.NO_OP, List.of(new byte[0]));
        return Stream.of(
                Arguments.of(new PreVote(5, ONE, TWO, LAST), "0101" + HEADER_REST + LAST_HEX),
                Arguments.of(
                        new PreVoteReply(5, ONE, TWO, 7, true, 6),
                        "0102" + HEADER_REST + "000000000000000701" + "0000000000000006"),
                Arguments.of(new RequestVote(5, ONE, TWO, LAST, true), "0103" + HEADER_REST + LAST_HEX + "01"),
                Arguments.of(
                        new RequestVoteReply(5, ONE, TWO, false, -2, 6),
                        "0104" + HEADER_REST + "00" + STORE_HEX + "0000000000000006"),
                Arguments.of(
                        new AppendEntries(5, ONE, TWO, LAST, List.of(), 8),
                        "0105" + HEADER_REST + LAST_HEX + "0000000000000008"),
                Arguments.of(
                        new AppendEntries(5, ONE, TWO, LAST, List.of(commands, noOp), 8),
                        "0105" + HEADER_REST + LAST_HEX + "0000000000000008" + COMMANDS_HEX + NO_OP_HEX),
                Arguments.of(
                        new AppendEntriesAccepted(5, ONE, TWO, 7, -2),
                        "0106" + HEADER_REST + "0000000000000007" + STORE_HEX),
                Arguments.of(
                        new AppendEntriesRejected(5, ONE, TWO, 12, LAST),
                        "0107" + HEADER_REST + "000000000000000c" + LAST_HEX + "00"),
                Arguments.of(
                        new AppendEntriesRejected(5, ONE, TWO, 12, LAST, true),
                        "0107" + HEADER_REST + "000000000000000c" + LAST_HEX + "01"),
                Arguments.of(
                        new Heartbeat(5, ONE, TWO, 7, 3), "0108" + HEADER_REST + "00000000000000070000000000000003"),
                Arguments.of(
                        new HeartbeatReply(5, ONE, TWO, 3, -2, 1000),
                        "0109" + HEADER_REST + "0000000000000003" + STORE_HEX + "00000000000003e8"),
                Arguments.of(new ReadRequest(5, ONE, TWO, -3), "010a" + HEADER_REST + "fffffffffffffffd"),
                Arguments.of(
                        new ReadReply(5, ONE, TWO, -3, 7), "010b" + HEADER_REST + "fffffffffffffffd0000000000000007"),
                Arguments.of(
                        new InstallSnapshot(
                                5, ONE, TWO, SNAPSHOT, 16, SnapshotBytes.of(ByteBuffer.wrap(new byte[] {1, 2, 3}))),
                        "010c" + HEADER_REST + SNAPSHOT_HEX + "0000000000000010" + "00000003" + "010203"),
                Arguments.of(
                        new InstallSnapshotReply(5, ONE, TWO, LAST, 19),
                        "010d" + HEADER_REST + LAST_HEX + "0000000000000013"),
                Arguments.of(new TimeoutNow(5, ONE, TWO), "010e" + HEADER_REST),
                Arguments.of(
                        new ForwardedProposal(5, ONE, TWO, FORWARDED, EntryKind.SESSION, new byte[] {1, 2, 3}),
                        "0140" + HEADER_REST + FORWARDED_HEX + "03" + "00000003" + "010203"),
                Arguments.of(
                        new ForwardedResult(5, ONE, TWO, FORWARDED, LAST, new byte[] {1, 2, 3}),
                        "0141" + HEADER_REST + FORWARDED_HEX + LAST_HEX + "00000003" + "010203"),
                Arguments.of(
                        new ForwardedFailure(5, ONE, TWO, FORWARDED, Reason.NOT_LEADER, Optional.of(TWO)),
                        "0142" + HEADER_REST + FORWARDED_HEX + "01" + "0000000000000002"),
                Arguments.of(
                        new ForwardedFailure(5, ONE, TWO, FORWARDED, Reason.UNKNOWN, Optional.empty()),
                        "0142" + HEADER_REST + FORWARDED_HEX + "00" + "0000000000000000"),
                Arguments.of(
                        new HashReport(5, ONE, TWO, 7, -3, -2),
                        "0144" + HEADER_REST + "0000000000000007" + "fffffffffffffffd" + "fffffffffffffffe"),
                Arguments.of(new HashQuestion(5, ONE, TWO, 7), "0145" + HEADER_REST + "0000000000000007"),
                Arguments.of(
                        new HashAnswer(5, ONE, TWO, -2, new byte[] {1, 2, 3}),
                        "0146" + HEADER_REST + "fffffffffffffffe" + "00000003" + "010203"),
                Arguments.of(
                        new StateDiverged(5, ONE, TWO, -2, TWO, 8, 3, 4),
                        "0147" + HEADER_REST + "fffffffffffffffe" + "0000000000000002" + "0000000000000008"
                                + "0000000000000003" + "0000000000000004"));
    }

    private static final ForwardId FORWARDED = new ForwardId(-3, 4);
    private static final String FORWARDED_HEX = "fffffffffffffffd" + "0000000000000004";

    private static final String STORE_HEX = "fffffffffffffffe";

    private static final SnapshotInfo SNAPSHOT =
            new SnapshotInfo(LAST, 3, Membership.ofVoters(List.of(new Member(ONE, "a", 2, -2))), 1000, 0x12345678);

    // position, size, checksum, index of the membership, its length, and itself: format, count, id, role, priority,
    // store,
    // address
    private static final String SNAPSHOT_HEX = LAST_HEX + "00000000000003e8" + "12345678" + "0000000000000003"
            + "0000001a" + "02" + "00000001" + "0000000000000001" + "01" + "02" + "fffffffffffffffe" + "000161";

    // checksum, length, index, term, kind and count, ends of the payloads, payloads
    private static final String COMMANDS_HEX = "27bd2690" + "0000002b" + "000000000000000a" + "0000000000000004"
            + "00000003" + "000000020000000200000003" + "010203";
    private static final String NO_OP_HEX =
            "a9b4cbc4" + "00000020" + "000000000000000d" + "0000000000000005" + "01000001" + "00000000";

    private static byte[] bytesOf(Message message) {
        List<ByteBuffer> parts = MessageCodec.encode(message);
        ByteBuffer all = ByteBuffer.allocate(
                parts.stream().mapToInt(ByteBuffer::remaining).sum());
        parts.forEach(all::put);
        return all.array();
    }

    @ParameterizedTest
    @MethodSource("kinds")
    @DisplayName("is encoded as it always was")
    void hasPinnedBytes(Message message, String hex) {
        byte[] bytes = bytesOf(message);

        assertThat(HexFormat.of().formatHex(bytes)).isEqualTo(hex);
    }

    @ParameterizedTest
    @MethodSource("kinds")
    @DisplayName("comes back as it was")
    void comesBack(Message message, String hex) {
        Message decoded = MessageCodec.decode(ByteBuffer.wrap(HexFormat.of().parseHex(hex)));

        assertThat(decoded).isEqualTo(message);
    }

    @ParameterizedTest
    @MethodSource("kinds")
    @DisplayName("may be anywhere in a buffer, on the heap or not")
    void comesFromAnyBuffer(Message message, String hex) {
        byte[] bytes = HexFormat.of().parseHex(hex);
        ByteBuffer direct = ByteBuffer.allocateDirect(bytes.length + 7)
                .position(5)
                .put(bytes)
                .flip()
                .position(5);

        Message decoded = MessageCodec.decode(direct);

        assertThat(decoded).isEqualTo(message);
    }

    @ParameterizedTest
    @MethodSource("kinds")
    @DisplayName("that ends too soon is malformed, or an AppendEntries with fewer runs")
    void isNotCut(Message message, String hex) {
        byte[] bytes = HexFormat.of().parseHex(hex);

        for (int length = 0; length < bytes.length; length++) {
            byte[] cut = Arrays.copyOf(bytes, length);
            boolean whole = isMessage(cut);
            assertThat(whole)
                    .as("cut to %d bytes", length)
                    .isEqualTo(message instanceof AppendEntries && (length == 50 || length == 93));
        }
    }

    @ParameterizedTest
    @MethodSource("kinds")
    @DisplayName("with a byte too many is malformed")
    void hasNoTail(Message message, String hex) {
        byte[] bytes = HexFormat.of().parseHex(hex);

        byte[] longer = Arrays.copyOf(bytes, bytes.length + 1);

        assertThat(isMessage(longer)).isFalse();
    }

    @Test
    @DisplayName("of another format or an unknown kind is malformed")
    void isOfAKnownKind() {
        byte[] bytes = bytesOf(new PreVote(5, ONE, TWO, LAST));
        byte[] otherFormat = bytes.clone();
        byte[] otherKind = bytes.clone();
        otherFormat[0] = 2;
        otherKind[1] = 99;

        assertThat(isMessage(otherFormat)).isFalse();
        assertThatThrownBy(() -> MessageCodec.decode(ByteBuffer.wrap(otherKind)))
                .isInstanceOf(MalformedMessageException.class)
                .hasMessageContaining("99");
    }

    @Test
    @DisplayName("that was damaged is a message or malformed, and nothing else ever")
    void survivesDamage() {
        Random random = new Random(20_261_122);
        List<byte[]> messages =
                kinds().map(kind -> bytesOf((Message) kind.get()[0])).toList();
        int malformed = 0;

        for (int i = 0; i < 200_000; i++) {
            byte[] damaged = damage(messages.get(random.nextInt(messages.size())), random);
            malformed += isMessage(damaged) ? 0 : 1;
        }

        assertThat(malformed).isBetween(50_000, 199_000);
    }

    private static byte[] damage(byte[] bytes, Random random) {
        byte[] damaged = Arrays.copyOf(bytes, random.nextInt(4) == 0 ? random.nextInt(2 * bytes.length) : bytes.length);
        int changes = 1 + random.nextInt(4);
        for (int i = 0; i < changes && damaged.length > 0; i++) {
            int at = random.nextInt(damaged.length);
            damaged[at] =
                    random.nextBoolean() ? (byte) random.nextInt() : (byte) (damaged[at] ^ 1 << random.nextInt(8));
        }
        return damaged;
    }

    /** Whether the bytes are a message; any other exception than the one for malformed bytes fails the test. */
    private static boolean isMessage(byte[] bytes) {
        try {
            Message decoded = MessageCodec.decode(ByteBuffer.wrap(bytes));
            return Arrays.equals(bytesOf(decoded), bytes);
        } catch (MalformedMessageException e) {
            return false;
        }
    }

    @Test
    @DisplayName("shares the bytes of its entries with all others that carry them")
    void sharesEntries() {
        EntryRun run = EntryRun.of(10, 4, EntryKind.COMMAND, List.of(new byte[100]));

        List<ByteBuffer> parts = MessageCodec.encode(new AppendEntries(5, ONE, TWO, LAST, List.of(run), 8));

        assertThat(parts).hasSize(2);
        assertThat(parts.get(1)).isEqualTo(run.encoded());
    }

    @Test
    @DisplayName("has entries in order and without a gap, none of them of a later term than its own")
    void cannotBeWrong() {
        EntryRun gap = EntryRun.of(11, 4, EntryKind.COMMAND, List.of(new byte[1]));
        EntryRun back = EntryRun.of(10, 3, EntryKind.COMMAND, List.of(new byte[1]));
        EntryRun future = EntryRun.of(10, 6, EntryKind.COMMAND, List.of(new byte[1]));

        for (EntryRun wrong : List.of(gap, back, future)) {
            assertThatThrownBy(() -> new AppendEntries(5, ONE, TWO, LAST, List.of(wrong), 8))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }
}
