package io.balsa.raft.transport.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.balsa.raft.cluster.Member;
import io.balsa.raft.cluster.NodeId;
import io.balsa.raft.cluster.NodeIdentity;
import io.balsa.raft.transport.Frame;
import io.balsa.raft.transport.Lane;
import io.balsa.raft.transport.Transport;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What any transport promises, told between two servers. */
abstract class TransportContract {

    private static final NodeId ONE = NodeId.of(1);
    private static final NodeId TWO = NodeId.of(2);

    private final Recorder atOne = new Recorder();
    private final Recorder atTwo = new Recorder();
    private Transport one = newTransport();
    private Transport two = newTransport();

    /** A transport that is not started, for any address. */
    abstract Transport newTransport();

    /** Where this started transport is reached. */
    abstract String addressOf(Transport transport);

    @BeforeEach
    void startAndConnect() {
        one.start(new NodeIdentity("contract", ONE, 11), atOne);
        two.start(new NodeIdentity("contract", TWO, 22), atTwo);
        one.members(List.of(new Member(TWO, addressOf(two))));
        two.members(List.of(new Member(ONE, addressOf(one))));
        await().untilAsserted(() -> {
            sendAndFlush(one, TWO, Frames.numbered(Lane.ENTRIES, -1));
            sendAndFlush(two, ONE, Frames.numbered(Lane.ENTRIES, -1));
            assertThat(atOne.frames()).isNotEmpty();
            assertThat(atTwo.frames()).isNotEmpty();
        });
        // What went before in the same lane has arrived when this has.
        sendAndFlush(one, TWO, Frames.numbered(Lane.ENTRIES, -2));
        sendAndFlush(two, ONE, Frames.numbered(Lane.ENTRIES, -2));
        await().until(() -> atOne.numbers().contains(-2) && atTwo.numbers().contains(-2));
        atOne.clear();
        atTwo.clear();
    }

    @AfterEach
    void close() {
        one.close();
        two.close();
    }

    @ParameterizedTest
    @EnumSource(Lane.class)
    @DisplayName("carries frames both ways, with group, sender and bytes")
    void delivers(Lane lane) {
        ByteBuffer head = ByteBuffer.wrap(new byte[] {9, 1, 2, 9}).position(1).limit(3);
        ByteBuffer tail = ByteBuffer.wrap(new byte[] {3});

        sendAndFlush(one, TWO, new Frame(7, lane, List.of(head, tail)));
        sendAndFlush(two, ONE, new Frame(-8, lane, List.of(tail)));

        await().until(() -> atOne.frames().size() == 1 && atTwo.frames().size() == 1);
        assertThat(atTwo.frames())
                .containsExactly(new Recorder.Received(ONE, 7, ByteBuffer.wrap(new byte[] {1, 2, 3})));
        assertThat(atOne.frames()).containsExactly(new Recorder.Received(TWO, -8, ByteBuffer.wrap(new byte[] {3})));
    }

    @ParameterizedTest
    @EnumSource(Lane.class)
    @DisplayName("keeps the order within a lane")
    void keepsOrder(Lane lane) {
        List<Integer> numbers = IntStream.range(0, 10_000).boxed().toList();

        for (int number : numbers) {
            one.send(TWO, Frames.numbered(lane, number));
            if (number % 7 == 0) {
                one.flush();
            }
        }
        one.flush();

        await().until(() -> atTwo.frames().size() == numbers.size());
        assertThat(atTwo.numbers()).isEqualTo(numbers);
    }

    @ParameterizedTest
    @EnumSource(
            value = Lane.class,
            names = {"ENTRIES", "BULK"})
    @DisplayName("carries a frame of 4 MiB in parts, followed by a small one")
    void carriesALargeFrame(Lane lane) {
        byte[] bytes = new byte[4 << 20];
        new Random(1).nextBytes(bytes);
        ByteBuffer large = ByteBuffer.wrap(bytes);

        one.send(
                TWO,
                new Frame(1, lane, List.of(large.slice(0, 1_000_001), large.slice(1_000_001, (4 << 20) - 1_000_001))));
        sendAndFlush(one, TWO, Frames.numbered(lane, 5));

        await().until(() -> atTwo.frames().size() == 2);
        assertThat(atTwo.frames().get(0).payload()).isEqualTo(large);
        assertThat(atTwo.numbers().get(1)).isEqualTo(5);
    }

    @Test
    @DisplayName("takes frames from two threads at once, and keeps the order of each")
    void takesFramesFromTwoThreads() throws InterruptedException {
        Thread urgent = new Thread(() -> sendMany(Lane.URGENT, 0, 5_000));
        Thread entries = new Thread(() -> sendMany(Lane.ENTRIES, 100_000, 5_000));

        urgent.start();
        entries.start();
        urgent.join();
        entries.join();

        await().until(() -> atTwo.frames().size() == 10_000);
        assertThat(atTwo.numbers().stream().filter(number -> number < 100_000)).isSorted();
        assertThat(atTwo.numbers().stream().filter(number -> number >= 100_000)).isSorted();
    }

    @Test
    @DisplayName("drops what is for nobody it knows")
    void dropsFramesForStrangers() {
        sendAndFlush(one, NodeId.of(3), Frames.numbered(Lane.ENTRIES, 1));
        sendAndFlush(one, TWO, Frames.numbered(Lane.ENTRIES, 2));

        await().until(() -> !atTwo.frames().isEmpty());
        assertThat(atTwo.numbers()).containsExactly(2);
    }

    @Test
    @DisplayName("sends nothing any more to who is no longer a member")
    void dropsFramesForFormerMembers() {
        one.members(List.of());
        sendAndFlush(one, TWO, Frames.numbered(Lane.ENTRIES, 1));
        one.members(List.of(new Member(TWO, addressOf(two))));

        await().untilAsserted(() -> {
            sendAndFlush(one, TWO, Frames.numbered(Lane.ENTRIES, 2));
            assertThat(atTwo.numbers()).contains(2);
        });
        assertThat(atTwo.numbers()).doesNotContain(1);
    }

    @Test
    @DisplayName("tells when a peer has gone")
    void tellsThatAPeerIsUnreachable() {
        two.close();

        await().until(() -> atOne.unreachable().contains(TWO));
    }

    @Test
    @DisplayName("may be closed twice, and then takes calls that do nothing")
    void closesTwice() {
        one.close();
        one.close();

        sendAndFlush(one, TWO, Frames.numbered(Lane.ENTRIES, 1));
        one.members(List.of());

        assertThat(atTwo.frames()).isEmpty();
    }

    @Test
    @DisplayName("calls nobody once it is closed")
    void isSilentOnceClosed() {
        Thread sender = new Thread(() -> sendMany(Lane.ENTRIES, 0, 50_000));
        sender.start();
        await().until(() -> !atTwo.frames().isEmpty());

        two.close();
        int framesAtClose = atTwo.frames().size();
        int unreachableAtClose = atTwo.unreachable().size();

        await().until(() -> !sender.isAlive() && !atOne.unreachable().isEmpty());
        assertThat(atTwo.frames()).hasSize(framesAtClose);
        assertThat(atTwo.unreachable()).hasSize(unreachableAtClose);
    }

    private void sendMany(Lane lane, int first, int count) {
        for (int i = 0; i < count; i++) {
            sendAndFlush(one, TWO, Frames.numbered(lane, first + i));
        }
    }

    private static void sendAndFlush(Transport transport, NodeId to, Frame frame) {
        transport.send(to, frame);
        transport.flush();
    }
}
