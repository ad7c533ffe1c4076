package io.balsa.raft.examples.kvstore;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("The leadership of three real processes")
class KvLeadershipIT {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration ELECTION_TIMEOUT = Duration.ofMillis(800);
    private static final List<Long> ALL = List.of(1L, 2L, 3L);

    @TempDir
    private Path directory;

    private LocalCluster cluster;
    private Operator operator;

    @BeforeEach
    void start() throws IOException {
        LocalCluster.Options options =
                LocalCluster.Options.of(3, ELECTION_TIMEOUT).withProgram(StallingDiskMain.class.getName());
        String classPath = Path.of("target", "test-classes").toAbsolutePath() + File.pathSeparator + Jar.path();
        cluster = new LocalCluster(directory, classPath, options);
        operator = new Operator(cluster);
        cluster.startAll();
        operator.awaitLeader();
    }

    @AfterEach
    void stop() {
        cluster.close();
    }

    @Test
    @DisplayName("transfer: goes to whom it is given while clients write, and back, and nothing is lost")
    void transfer() throws Exception {
        Map<String, String> acknowledged;
        try (WriteLoad load = WriteLoad.start(cluster.clients(), 4)) {
            awaitMore(load);
            long first = operator.awaitLeader();
            long second = first % 3 + 1;

            operator.transfer(second);
            assertThat(operator.awaitLeaderOtherThan(first)).isEqualTo(second);
            awaitMore(load);
            operator.transfer(first);
            assertThat(operator.awaitLeaderOtherThan(second)).isEqualTo(first);
            awaitMore(load);
            acknowledged = load.finish();
            assertThat(load.unforeseen()).isEmpty();
        }
        operator.assertNothingMissing(ALL, acknowledged);
    }

    /** Who has less priority waits longer. It may still win when the other is slow: so three wins out of four are asked for. */
    @Test
    @DisplayName("priority: goes to the server that is to have it when the leader dies")
    void priority() throws Exception {
        long favourite = operator.awaitLeader() % 3 + 1;
        operator.prioritize(favourite, 10);
        int wins = 0;
        for (int round = 0; round < 4 && wins < 3; round++) {
            long leader = operator.awaitLeader();
            if (leader == favourite) {
                operator.transfer(favourite % 3 + 1);
                leader = operator.awaitLeaderOtherThan(favourite);
            }
            for (long id : ALL) {
                operator.awaitCaughtUp(id);
            }
            cluster.kill(leader);
            wins += operator.awaitLeaderOtherThan(leader) == favourite ? 1 : 0;
            cluster.start(leader);
            cluster.awaitUp(leader);
        }
        assertThat(wins).isEqualTo(3);
    }

    @Test
    @DisplayName("stalled disk: is given up by a leader whose disk does not answer, although its heartbeats would flow")
    void stalledDisk() throws Exception {
        Map<String, String> acknowledged;
        try (WriteLoad load = WriteLoad.start(cluster.clients(), 4)) {
            awaitMore(load);
            long leader = operator.awaitLeader();
            Path stall = StallingDiskMain.switchOf(cluster.dataOf(leader));

            Files.createFile(stall);
            load.watch();
            operator.awaitLeaderOtherThan(leader);
            assertThat(load.awaitFirst(PATIENCE)).as("a write is acknowledged").isPresent();
            awaitMore(load);
            assertThat(cluster.logOf(leader)).content().contains("the disk has not answered for");

            Files.delete(stall);
            operator.awaitCaughtUp(leader);
            assertThat(cluster.logOf(leader)).content().contains("the disk answers again");
            acknowledged = load.finish();
            assertThat(load.unforeseen()).isEmpty();
        }
        operator.assertNothingMissing(ALL, acknowledged);
    }

    @Test
    @DisplayName("suspected peer: is told of a silent follower, and of its return, and stays where it is")
    void suspectedPeer() throws Exception {
        long leader = operator.awaitLeader();
        long term = operator.stat(leader, "term");
        long silent = leader % 3 + 1;
        Duration threshold = ELECTION_TIMEOUT.multipliedBy(5);

        long begun = System.nanoTime();
        cluster.pause(silent);
        awaitLog(leader, "peer=" + silent + " suspected");
        Duration told = Duration.ofNanos(System.nanoTime() - begun);
        long silence = operator.memberAt(leader, silent)
                .orElseThrow()
                .path("lastContactMillis")
                .asLong();
        assertThat(silence).isGreaterThanOrEqualTo(threshold.toMillis());
        assertThat(told).isLessThan(threshold.plusSeconds(5)); // of which the machine may take some
        assertThat(operator.stat(leader, "term")).isEqualTo(term);

        cluster.resume(silent);
        awaitLog(leader, "peer=" + silent + " is heard again");
        assertThat(LocalCluster.await(
                        PATIENCE,
                        () -> operator.memberAt(leader, silent)
                                .filter(member ->
                                        member.path("lastContactMillis").asLong() < threshold.toMillis())
                                .isPresent()))
                .isTrue();
        assertThat(operator.awaitLeader()).isEqualTo(leader);
        assertThat(operator.stat(leader, "term")).isEqualTo(term);
    }

    private void awaitLog(long server, String text) {
        assertThat(LocalCluster.await(PATIENCE, () -> KvMembershipIT.says(cluster.logOf(server), text)))
                .as("server %d says: %s", server, text)
                .isTrue();
    }

    private static void awaitMore(WriteLoad load) {
        assertThat(load.awaitMore(300, PATIENCE))
                .as("more writes are acknowledged")
                .isTrue();
    }
}
