package io.balsa.raft.examples.kvstore;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With {@code -Doverload.seconds=300} it takes five minutes; 10 s unless set. */
@DisplayName("Servers of 64 MB of heap, one of them stopped, under more writes than they can take")
class KvOverloadIT {

    private static final Duration LOAD = Duration.ofSeconds(Integer.getInteger("overload.seconds", 10));
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final int VALUE_BYTES = 64 << 10;
    private static final int KEYS = 100;
    private static final int WRITERS = 96;
    private static final HttpClient HTTP = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .build();

    private final ConcurrentSkipListMap<String, AtomicLong> answers = new ConcurrentSkipListMap<>();
    private final AtomicLong next = new AtomicLong();
    private volatile URI leader = URI.create("http://nowhere");
    private volatile boolean over;

    @TempDir
    private Path directory;

    @Test
    @DisplayName("refuse what is too much, run out of no memory, and are as before when it is over")
    void survive() throws Exception {
        LocalCluster.Options options = LocalCluster.Options.of(3, Duration.ofSeconds(1))
                .withHeap("64m")
                .withExtras("--snapshot-every", "1000", "--snapshot-trailing", "100");
        try (LocalCluster cluster = new LocalCluster(directory, Jar.path().toString(), options)) {
            cluster.startAll();
            Operator operator = new Operator(cluster);
            long first = operator.awaitLeader();
            leader = cluster.client(first);
            long stopped = first % 3 + 1;

            cluster.pause(stopped);
            overload();
            cluster.resume(stopped);

            System.out.println("overload: " + LOAD.toSeconds() + " s, answers " + answers);
            assertThat(answers).containsKey("200");
            assertThat(answers.keySet())
                    .anyMatch(answer -> answer.startsWith("503 "))
                    .allMatch(answer -> answer.matches("200|307|503 .*|504|HttpTimeoutException"));
            recover(cluster, operator);
            for (long id = 1; id <= 3; id++) {
                assertThat(cluster.logOf(id)).content().doesNotContain("OutOfMemoryError");
            }
        }
    }

    private void overload() throws InterruptedException {
        long end = System.nanoTime() + LOAD.toNanos();
        List<Thread> writers = new ArrayList<>();
        for (int i = 0; i < WRITERS; i++) {
            Thread writer = new Thread(this::writeUntilOver, "kv-overload-" + i);
            writer.start();
            writers.add(writer);
        }
        assertThat(LocalCluster.await(LOAD.plus(PATIENCE), () -> System.nanoTime() - end > 0))
                .isTrue();
        over = true;
        for (Thread writer : writers) {
            writer.join();
        }
    }

    /** Without any pause, and always at the leader: nobody backs off. */
    private void writeUntilOver() {
        while (!over) {
            String answer = put();
            answers.computeIfAbsent(answer, any -> new AtomicLong()).incrementAndGet();
        }
    }

    private String put() {
        long number = next.incrementAndGet();
        byte[] value = ByteBuffer.allocate(VALUE_BYTES).putLong(number).array();
        HttpRequest request = HttpRequest.newBuilder(URI.create(leader + "/kv/key-" + number % KEYS))
                .timeout(Duration.ofSeconds(20))
                .PUT(BodyPublishers.ofByteArray(value))
                .build();
        try {
            HttpResponse<byte[]> response = HTTP.send(request, BodyHandlers.ofByteArray());
            response.headers()
                    .firstValue("Location")
                    .ifPresent(place -> leader = URI.create(place.substring(0, place.indexOf("/kv/"))));
            return response.statusCode() == 503
                    ? "503 " + Json.readObject(response.body()).path("error").asString()
                    : "" + response.statusCode();
        } catch (IOException e) {
            return e.getClass().getSimpleName();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "interrupted";
        }
    }

    /** All three serve writes and reads, have applied the same, and hold the same. */
    private static void recover(LocalCluster cluster, Operator operator) throws Exception {
        KvClient client = new KvClient(cluster.clients(), PATIENCE, KvClient.UnknownOutcome.RETRY);
        for (int key = 0; key < KEYS; key++) {
            client.beginWith(cluster.client(key % 3 + 1));
            client.put("after-" + key, new byte[] {(byte) key});
        }
        for (long id = 1; id <= 3; id++) {
            operator.awaitCaughtUp(id);
        }
        Map<Long, List<Integer>> copies = new TreeMap<>();
        for (long id = 1; id <= 3; id++) {
            KvClient own = new KvClient(List.of(cluster.client(id)), PATIENCE, KvClient.UnknownOutcome.FAIL);
            List<Integer> hashes = new ArrayList<>();
            for (int key = 0; key < KEYS; key++) {
                hashes.add(java.util.Arrays.hashCode(own.getLocal("key-" + key).orElse(new byte[0])));
                assertThat(own.getLocal("after-" + key)).hasValue(new byte[] {(byte) key});
            }
            copies.put(id, hashes);
        }
        assertThat(copies.get(2L)).isEqualTo(copies.get(1L));
        assertThat(copies.get(3L)).isEqualTo(copies.get(1L));
    }
}
