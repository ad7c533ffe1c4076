package io.balsa.raft.examples.kvstore;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** With {@code -Dbig.state=1g} there is a gigabyte of state; 48 MiB unless set, which is more than fits in the servers' caches. */
@DisplayName("A state that is larger than the heap")
class KvBigStateIT {

    private static final Duration PATIENCE = Duration.ofMinutes(10);
    private static final int VALUE_BYTES = 64 << 10;
    private static final long STATE_BYTES = bytes(System.getProperty("big.state", "48m"));
    private static final int LOADERS = 4;

    @TempDir
    private Path directory;

    @Test
    @DisplayName("is installed on a new server while clients write, and no process needs more than its small heap")
    void isInstalled() throws Exception {
        String heap = STATE_BYTES >= 256L << 20 ? "256m" : "64m";
        LocalCluster.Options options = LocalCluster.Options.of(3, Duration.ofSeconds(1))
                .withSlots(4)
                .withHeap(heap)
                .withProgram(BigStateMain.class.getName())
                .withExtras("--snapshot-every", "0", "--snapshot-bytes", "0", "--snapshot-trailing", "100");
        String classPath = Path.of("target", "test-classes").toAbsolutePath() + File.pathSeparator + Jar.path();
        try (LocalCluster cluster = new LocalCluster(directory, classPath, options)) {
            cluster.startAll();
            Operator operator = new Operator(cluster);
            operator.awaitLeader();
            int values = (int) (STATE_BYTES / VALUE_BYTES);
            long begun = System.nanoTime();
            load(cluster.clients().subList(0, 3), values);
            say(values + " values of " + (VALUE_BYTES >> 10) + " KiB loaded in " + secondsSince(begun) + " s");
            for (long id = 1; id <= 3; id++) {
                operator.awaitCaughtUp(id);
                takeSnapshot(cluster, id);
            }
            install(cluster, operator, values);
            for (long id = 1; id <= 4; id++) {
                assertThat(cluster.logOf(id)).content().doesNotContain("OutOfMemoryError");
            }
        }
    }

    private void install(LocalCluster cluster, Operator operator, int values) throws Exception {
        try (Latencies writes = Latencies.start(cluster.clients().subList(0, 3), 4)) {
            assertThat(LocalCluster.await(PATIENCE, () -> writes.count() > 1000))
                    .isTrue();
            writes.take();
            long quiet = writes.count() + 2000L;
            assertThat(LocalCluster.await(PATIENCE, () -> writes.count() > quiet))
                    .isTrue();
            say("before:  " + writes.take());

            long begun = System.nanoTime();
            operator.startAndAddLearner(4);
            assertThat(LocalCluster.await(PATIENCE, () -> operator.stat(4, "snapshotIndex") > 0))
                    .as("the new server gets a snapshot")
                    .isTrue();
            say("install: " + writes.take() + " (" + secondsSince(begun) + " s)");
            operator.awaitCaughtUp(4);
            say("all of the new server's catching up: " + secondsSince(begun) + " s, then " + writes.take());
            assertThat(writes.failures()).isEmpty();
        }
        operator.awaitCaughtUp(4);
        KvClient client =
                new KvClient(List.of(cluster.client(4)), Duration.ofSeconds(20), KvClient.UnknownOutcome.FAIL);
        Random random = new Random(7);
        for (int i = 0; i < 200; i++) {
            int number = random.nextInt(values);
            assertThat(client.getLocal("big-" + number)).hasValue(value(number));
        }
    }

    private static void takeSnapshot(LocalCluster cluster, long id) {
        long begun = System.nanoTime();
        KvClient client = new KvClient(List.of(cluster.client(id)), PATIENCE, KvClient.UnknownOutcome.FAIL);
        KvClient.Answer answer = client.administer(cluster.client(id), "POST", "/admin/snapshot");
        assertThat(answer.status()).as("the snapshot of server %d", id).isEqualTo(200);
        JsonNode taken = Json.readObject(answer.body().toArray());
        assertThat(taken.path("bytes").asLong()).isGreaterThanOrEqualTo(STATE_BYTES);
        say("snapshot of server " + id + ": " + taken.path("bytes").asLong() + " bytes in " + secondsSince(begun)
                + " s");
    }

    private static void load(List<URI> servers, int values) throws Exception {
        AtomicInteger next = new AtomicInteger();
        ConcurrentLinkedQueue<Throwable> failures = new ConcurrentLinkedQueue<>();
        List<Thread> loaders = new ArrayList<>();
        for (int i = 0; i < LOADERS; i++) {
            Thread loader = new Thread(() -> {
                KvClient client = new KvClient(servers, Duration.ofMinutes(1), KvClient.UnknownOutcome.RETRY);
                for (int number = next.getAndIncrement(); number < values; number = next.getAndIncrement()) {
                    client.put("big-" + number, value(number));
                }
            });
            loader.setUncaughtExceptionHandler((thread, failure) -> failures.add(failure));
            loaders.add(loader);
            loader.start();
        }
        for (Thread loader : loaders) {
            loader.join();
        }
        assertThat(failures).isEmpty();
    }

    /** Different for each number, and not to be compressed to nothing. */
    private static byte[] value(int number) {
        byte[] value = new byte[VALUE_BYTES];
        new Random(number).nextBytes(value);
        ByteBuffer.wrap(value).putInt(number);
        return value;
    }

    private static long secondsSince(long begun) {
        return TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - begun);
    }

    private static void say(String sentence) {
        System.out.println("big state: " + sentence);
    }

    private static long bytes(String text) {
        Map<String, Long> units = Map.of("k", 1L << 10, "m", 1L << 20, "g", 1L << 30);
        long unit = units.getOrDefault(text.substring(text.length() - 1), 0L);
        return unit == 0 ? Long.parseLong(text) : unit * Long.parseLong(text.substring(0, text.length() - 1));
    }
}
