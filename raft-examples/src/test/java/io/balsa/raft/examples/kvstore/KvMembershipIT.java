package io.balsa.raft.examples.kvstore;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With {@code -Dmembership.writes=N} it waits for so many writes between the steps; 300 unless set. */
@DisplayName("A cluster of real processes whose members change while clients write")
class KvMembershipIT {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int WRITES = Integer.getInteger("membership.writes", 300);
    private static final int SERVERS = 6;

    @TempDir
    private Path directory;

    private LocalCluster cluster;
    private Operator operator;

    @BeforeEach
    void start() throws IOException {
        LocalCluster.Options options = LocalCluster.Options.of(1, Duration.ofMillis(800))
                .withSlots(SERVERS)
                .withExtras("--snapshot-every", "500", "--snapshot-trailing", "100");
        cluster = new LocalCluster(directory, Jar.path().toString(), options);
        operator = new Operator(cluster);
        cluster.startAll();
        operator.awaitLeader();
    }

    @AfterEach
    void stop() {
        cluster.close();
    }

    @Test
    @DisplayName(
            "grows from one to five, shrinks to three without its leader, replaces one, has one wiped: all is kept")
    void keepsEverything() throws Exception {
        Map<String, String> acknowledged;
        long wiped;
        try (WriteLoad load = WriteLoad.start(cluster.clients(), 4)) {
            for (long id = 2; id <= 5; id++) {
                awaitMore(load);
                operator.startAndAdd(id);
            }
            awaitMore(load);
            assertThat(operator.voters(operator.awaitLeader())).containsExactly(1L, 2L, 3L, 4L, 5L);

            long leader = operator.awaitLeader();
            operator.remove(leader);
            awaitMore(load);
            long next = operator.awaitLeaderOtherThan(leader);
            long other = Stream.of(1L, 2L, 3L, 4L, 5L)
                    .filter(id -> id != leader && id != next)
                    .findFirst()
                    .orElseThrow();
            operator.remove(other);
            awaitMore(load); // the two that are gone still run, and disturb nobody
            assertThat(operator.voters(operator.awaitLeader())).hasSize(3).doesNotContain(leader, other);
            cluster.kill(leader);
            cluster.kill(other);

            long old = followerOf(operator.awaitLeader());
            operator.startAndReplace(old, 6);
            cluster.kill(old);
            awaitMore(load);
            assertThat(operator.voters(operator.awaitLeader()))
                    .hasSize(3)
                    .contains(6L)
                    .doesNotContain(old);

            wiped = followerOf(operator.awaitLeader());
            wipe(wiped);
            awaitMore(load);
            acknowledged = load.finish();
            assertThat(load.unforeseen()).isEmpty();
        }

        Set<Long> members = operator.voters(operator.awaitLeader());
        assertThat(members).hasSize(3).contains(wiped);
        operator.assertNothingMissing(members, acknowledged);
        System.out.println("members: " + acknowledged.size() + " acknowledged writes, all on " + members);
    }

    /** It comes back under its id with an empty disk: without a vote at first, with one in the end. */
    private void wipe(long id) throws Exception {
        cluster.kill(id);
        delete(cluster.dataOf(id));
        cluster.startJoining(id);
        cluster.awaitUp(id);
        List<Path> logs = Stream.of(1L, 2L, 3L, 4L, 5L, 6L).map(cluster::logOf).toList();
        assertThat(LocalCluster.await(
                        PATIENCE, () -> logs.stream().anyMatch(log -> says(log, "peer=" + id + " has lost its store"))))
                .as("the leader tells that server %d has lost its store", id)
                .isTrue();
        assertThat(LocalCluster.await(
                        PATIENCE, () -> operator.voters(operator.awaitLeader()).contains(id)))
                .as("server %d votes again", id)
                .isTrue();
        operator.awaitCaughtUp(id);
    }

    static boolean says(Path log, String text) {
        try {
            return Files.exists(log) && Files.readString(log).contains(text);
        } catch (IOException e) {
            return false;
        }
    }

    private long followerOf(long leader) {
        return operator.voters(leader).stream()
                .filter(id -> id != leader)
                .findFirst()
                .orElseThrow();
    }

    private static void awaitMore(WriteLoad load) {
        assertThat(load.awaitMore(WRITES, PATIENCE))
                .as("%d more writes are acknowledged in time", WRITES)
                .isTrue();
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> all = Files.walk(directory)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
