package io.balsa.raft.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

import io.balsa.raft.cluster.NodeId;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("A bad local network")
class LocalNetworkFaultsTest {

    private static final NodeId N1 = NodeId.of(1);
    private static final NodeId N2 = NodeId.of(2);
    private static final Duration DAY = Duration.ofDays(1);

    private final LocalNetwork network = new LocalNetwork(1);
    private final LocalServerProbe one = server(1);
    private final LocalServerProbe two = server(2);
    private final LocalServerProbe three = server(3);
    private final LocalServerProbe four = server(4);

    @AfterEach
    void close() {
        network.close();
    }

    private LocalServerProbe server(long node) {
        return new LocalServerProbe(network, "orders", node);
    }

    /** Sends everybody's greeting to everybody, and waits until each has arrived or is lost. */
    private void everybodyGreetsEverybody() {
        List<LocalServerProbe> all = List.of(one, two, three, four);
        long settled = network.deliveredFrames() + network.droppedFrames();
        for (LocalServerProbe server : all) {
            server.heard.clear();
        }
        for (LocalServerProbe server : all) {
            for (long to = 1; to <= 4; to++) {
                if (all.get((int) to - 1) != server) {
                    server.send(to, "hi");
                }
            }
        }
        // What is delivered is counted just before it is handed over, so the last one may still be under way.
        await().until(() -> network.deliveredFrames() + network.droppedFrames() == settled + 12
                && all.stream().mapToInt(server -> server.heard.size()).sum() + network.droppedFrames() >= 12);
    }

    @Test
    @DisplayName("lets nothing pass between the groups of a partition")
    void partitions() {
        network.partition(Set.of(N1, N2), Set.of(NodeId.of(3), NodeId.of(4)));

        everybodyGreetsEverybody();

        assertThat(one.heard).containsExactly("n2: hi");
        assertThat(two.heard).containsExactly("n1: hi");
        assertThat(three.heard).containsExactly("n4: hi");
        assertThat(four.heard).containsExactly("n3: hi");
    }

    @Test
    @DisplayName("leaves those together whom a partition does not name")
    void isolates() {
        network.partition(Set.of(N1));

        everybodyGreetsEverybody();

        assertThat(one.heard).isEmpty();
        assertThat(two.heard).containsExactlyInAnyOrder("n3: hi", "n4: hi");
    }

    @Test
    @DisplayName("has one partition at a time: the last")
    void replacesThePartition() {
        network.partition(Set.of(N1));
        network.partition(Set.of(N2));

        everybodyGreetsEverybody();

        assertThat(one.heard).containsExactlyInAnyOrder("n3: hi", "n4: hi");
        assertThat(two.heard).isEmpty();
    }

    @Test
    @DisplayName("has nobody in two groups of a partition")
    void refusesAServerInTwoGroups() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> network.partition(Set.of(N1, N2), Set.of(N2)))
                .withMessage("n2 cannot be in two groups at once");
    }

    @Test
    @DisplayName("can be cut in one direction only")
    void cutsOneWay() {
        network.cut(N1, N2);

        everybodyGreetsEverybody();

        assertThat(two.heard).containsExactlyInAnyOrder("n3: hi", "n4: hi");
        assertThat(one.heard).contains("n2: hi");
    }

    @Test
    @DisplayName("lets everything pass again when it is healed")
    void heals() {
        network.partition(Set.of(N1));
        network.cut(N2, NodeId.of(3));

        network.heal();
        everybodyGreetsEverybody();

        assertThat(network.droppedFrames()).isZero();
    }

    @Test
    @DisplayName("says nothing of a cut to those who send: they hear silence")
    void isSilentAboutACut() {
        network.cut(N1, N2);
        one.send(2, "lost");

        two.send(1, "after that");

        await().until(() -> !one.heard.isEmpty());
        assertThat(one.unreachable).isEmpty();
    }

    @Test
    @DisplayName("loses frames, too, that were on their way when it was cut")
    void losesWhatIsOnItsWay() {
        Gate gate = new Gate(network);
        one.send(2, "before the cut");

        network.cut(N1, N2);
        gate.open();

        await().until(() -> network.droppedFrames() == 1);
        assertThat(two.heard).isEmpty();
    }

    @Test
    @DisplayName("loses about the share of frames it was told to")
    void losesAShare() {
        network.loss(0.25);

        IntStream.range(0, 10_000).forEach(i -> one.send(2, "x"));

        await().until(() -> two.heard.size() + network.droppedFrames() == 10_000);
        assertThat(network.droppedFrames()).isBetween(2300L, 2700L);
    }

    @Test
    @DisplayName("loses the same frames with the same seed")
    void losesTheSameWithTheSameSeed() {
        assertThat(heardWithLoss(5)).isEqualTo(heardWithLoss(5)).isNotEqualTo(heardWithLoss(6));
    }

    private static List<String> heardWithLoss(long seed) {
        try (LocalNetwork lossy = new LocalNetwork(seed)) {
            LocalServerProbe sender = new LocalServerProbe(lossy, "orders", 1);
            LocalServerProbe receiver = new LocalServerProbe(lossy, "orders", 2);
            lossy.loss(0.5);
            IntStream.range(0, 100).forEach(i -> sender.send(2, "" + i));
            await().until(() -> receiver.heard.size() + lossy.droppedFrames() == 100);
            return receiver.heard;
        }
    }

    @Test
    @DisplayName("delivers frames twice when it is told to")
    void duplicates() {
        network.duplication(1);

        one.send(2, "x");

        await().until(() -> two.heard.size() == 2);
        assertThat(two.heard).containsExactly("n1: x", "n1: x");
    }

    @Test
    @DisplayName("delivers no frame before its delay is over")
    void delays() {
        network.delay(Duration.ofMillis(20), Duration.ofMillis(20));
        long sentAt = System.nanoTime();

        one.send(2, "x");

        await().pollInterval(Duration.ofMillis(1)).until(() -> !two.heard.isEmpty());
        assertThat(Duration.ofNanos(System.nanoTime() - sentAt)).isGreaterThanOrEqualTo(Duration.ofMillis(20));
    }

    @Test
    @DisplayName("keeps the order of frames when all are delayed alike")
    void keepsTheOrderWithAFixedDelay() {
        network.delay(Duration.ofMillis(1), Duration.ofMillis(1));

        IntStream.range(0, 500).forEach(i -> one.send(2, "" + i));

        await().until(() -> two.heard.size() == 500);
        assertThat(two.heard)
                .isEqualTo(IntStream.range(0, 500).mapToObj(i -> "n1: " + i).toList());
    }

    @Test
    @DisplayName("lets frames overtake one another when they are delayed by chance")
    void reorders() {
        Gate gate = new Gate(network);
        network.delay(Duration.ZERO, Duration.ofMillis(100));
        IntStream.range(0, 20).forEach(i -> one.send(2, "" + i));
        network.delay(Duration.ZERO, Duration.ZERO);

        gate.open();

        await().until(() -> two.heard.size() == 20);
        assertThat(two.heard)
                .isNotEqualTo(IntStream.range(0, 20).mapToObj(i -> "n1: " + i).toList());
    }

    @Test
    @DisplayName("drops what there is no room for, and takes the rest")
    void dropsWhatThereIsNoRoomFor() {
        Gate gate = new Gate(network);
        network.queueBytes(10);

        one.send(2, "12345");
        one.send(2, "678901");
        one.send(2, "67890");
        gate.open();

        await().until(() -> two.heard.size() == 2);
        assertThat(two.heard).containsExactly("n1: 12345", "n1: 67890");
        assertThat(network.droppedFrames()).isEqualTo(1);
    }

    @Test
    @DisplayName("has room for a heartbeat when a snapshot fills its own lane")
    void keepsLanesApart() {
        Gate gate = new Gate(network);
        network.queueBytes(10);

        one.send(2, Lane.BULK, "0123456789");
        one.send(2, Lane.URGENT, "heartbeat");
        gate.open();

        await().until(() -> two.heard.contains("n1: heartbeat"));
    }

    @Test
    @DisplayName("has room again when what waited was delivered")
    void hasRoomAgain() {
        network.queueBytes(5);
        one.send(2, "12345");
        await().until(() -> two.heard.size() == 1);

        one.send(2, "67890");

        await().until(() -> two.heard.contains("n1: 67890"));
    }

    @Test
    @DisplayName("drops a frame that is larger than any may be")
    void dropsAFrameThatIsTooLarge() {
        one.send(2, Lane.BULK, "x".repeat(Frame.MAX_BYTES + 1));

        assertThat(network.droppedFrames()).isEqualTo(1);
    }

    @ParameterizedTest(name = "{0} is refused")
    @DisplayName("takes probabilities from 0 to 1")
    @ValueSource(doubles = {-0.1, 1.1, Double.NaN})
    void refusesWhatIsNoProbability(double probability) {
        assertThatIllegalArgumentException().isThrownBy(() -> network.loss(probability));
        assertThatIllegalArgumentException().isThrownBy(() -> network.duplication(probability));
    }

    @Test
    @DisplayName("takes delays that are not negative, do not fall, and are a day at most")
    void refusesAnImpossibleDelay() {
        assertThatIllegalArgumentException().isThrownBy(() -> network.delay(Duration.ofMillis(-1), DAY));
        assertThatIllegalArgumentException().isThrownBy(() -> network.delay(DAY, Duration.ZERO));
        assertThatIllegalArgumentException().isThrownBy(() -> network.delay(DAY, DAY.plusNanos(1)));
    }
}
