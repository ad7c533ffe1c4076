package io.balsa.raft.examples.kvstore;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("Three servers, each a process of its own")
class KvClusterIT {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int SERVERS = 3;

    @TempDir
    private Path directory;

    private LocalCluster cluster;

    @BeforeEach
    void start() throws IOException {
        cluster = new LocalCluster(directory, Jar.path().toString(), SERVERS, Duration.ofMillis(800));
        cluster.startAll();
    }

    @AfterEach
    void stop() {
        cluster.close();
    }

    @Test
    @DisplayName("keep all of 10,000 acknowledged puts while each of them in turn is killed and restarted")
    void eachInTurn() throws Exception {
        Map<String, String> acknowledged;
        try (WriteLoad load = WriteLoad.start(cluster.clients(), 8)) {
            awaitMore(load, 1_000);
            for (long id = 1; id <= SERVERS; id++) {
                cluster.kill(id);
                awaitMore(load, 1_000);
                cluster.start(id);
                cluster.awaitUp(id);
                awaitMore(load, 500);
                awaitCaughtUp(id);
            }
            awaitMore(load, Math.max(0, 10_000 - load.acknowledgedCount()));
            acknowledged = load.finish();
        }

        assertThat(acknowledged).hasSizeGreaterThanOrEqualTo(10_000);
        assertNothingMissing(acknowledged);
    }

    @Test
    @DisplayName("keep what was acknowledged when all are killed at once in the middle of writing")
    void allAtOnce() throws Exception {
        Map<String, String> acknowledged;
        try (WriteLoad load = WriteLoad.start(cluster.clients(), 8)) {
            for (int round = 0; round < 3; round++) {
                awaitMore(load, 500);
                cluster.killAll();
                cluster.startAll();
            }
            awaitMore(load, 100);
            acknowledged = load.finish();
        }

        assertNothingMissing(acknowledged);
    }

    private static void awaitMore(WriteLoad load, int count) {
        assertThat(load.awaitMore(count, PATIENCE))
                .as("%d more writes are acknowledged in time", count)
                .isTrue();
    }

    /** As far as the others are committed now. */
    private void awaitCaughtUp(long id) {
        long committed = cluster.allStats().values().stream()
                .mapToLong(stats -> stats.path("commitIndex").asLong(0))
                .max()
                .orElse(0);
        assertThat(LocalCluster.await(
                        PATIENCE, () -> cluster.stats(id).path("appliedIndex").asLong(0) >= committed))
                .as("server %d catches up", id)
                .isTrue();
    }

    private void assertNothingMissing(Map<String, String> acknowledged) throws InterruptedException {
        for (long id = 1; id <= SERVERS; id++) {
            assertThat(ReadBack.missing(cluster.client(id), acknowledged, KvClient::get))
                    .as("missing from server %d, linearizable", id)
                    .isEmpty();
            awaitCaughtUp(id);
            assertThat(ReadBack.missing(cluster.client(id), acknowledged, KvClient::getLocal))
                    .as("missing from server %d's own copy", id)
                    .isEmpty();
        }
    }
}
