package io.balsa.raft.examples.kvstore;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;

/** Reads acknowledged values from one server, by several clients at once. */
final class ReadBack {

    private static final int READERS = 8;
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private ReadBack() {}

    /** Keys that this server does not have the acknowledged value of. */
    static List<String> missing(
            URI server, Map<String, String> acknowledged, BiFunction<KvClient, String, Optional<byte[]>> read)
            throws InterruptedException {
        KvClient client = new KvClient(List.of(server), PATIENCE, KvClient.UnknownOutcome.FAIL);
        ConcurrentSkipListSet<String> missing = new ConcurrentSkipListSet<>();
        ExecutorService readers = Executors.newFixedThreadPool(READERS);
        acknowledged.forEach((key, value) -> readers.execute(() -> {
            missing.add(key); // an exception leaves it here
            Optional<String> found = read.apply(client, key).map(bytes -> new String(bytes, StandardCharsets.UTF_8));
            if (found.equals(Optional.of(value))) {
                missing.remove(key);
            }
        }));
        readers.shutdown();
        if (!readers.awaitTermination(3, TimeUnit.MINUTES)) {
            readers.shutdownNow();
            throw new AssertionError("reading " + acknowledged.size() + " values back takes too long");
        }
        return List.copyOf(missing);
    }
}
