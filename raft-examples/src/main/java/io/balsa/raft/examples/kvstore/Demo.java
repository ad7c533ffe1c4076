package io.balsa.raft.examples.kvstore;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;

/** The story that {@code kvstore demo} tells, with a check at the end of each chapter. */
final class Demo {

    private static final int SERVERS = 3;
    private static final int WRITERS = 4;
    private static final int WRITES = 500;
    private static final Duration ELECTION_TIMEOUT = Duration.ofMillis(500);
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Path directory;
    private final Consumer<String> out;
    private int failedChecks;

    /** A story about servers below {@code directory}; {@code out} takes lines with picocli's colour markup. */
    Demo(Path directory, Consumer<String> out) {
        this.directory = directory;
        this.out = out;
    }

    /** Tells it: whether every check held. */
    boolean run() throws IOException {
        out.accept("@|bold Balsa: three servers, three processes, real files, HTTP on loopback|@");
        out.accept("election timeout " + ELECTION_TIMEOUT.toMillis() + " ms, files in " + directory);
        String classPath = System.getProperty("java.class.path");
        try (LocalCluster cluster = new LocalCluster(directory, classPath, SERVERS, ELECTION_TIMEOUT)) {
            Thread atExit = new Thread(cluster::close, "kv-demo-shutdown");
            Runtime.getRuntime().addShutdownHook(atExit);
            tell(cluster);
            Runtime.getRuntime().removeShutdownHook(atExit);
        }
        out.accept("");
        out.accept(
                failedChecks == 0
                        ? "@|bold,green Every check held: no acknowledged write was lost.|@"
                        : "@|bold,red " + failedChecks + " checks FAILED.|@");
        return failedChecks == 0;
    }

    private void tell(LocalCluster cluster) throws IOException {
        chapter("Start");
        long begun = System.nanoTime();
        cluster.startAll();
        boolean led = LocalCluster.await(PATIENCE, () -> cluster.leader() != 0);
        long leader = cluster.leader();
        check(led, "the servers are up and server " + leader + " leads, " + since(begun) + " after the start");
        if (!led) {
            return;
        }
        table(cluster);
        Map<String, String> acknowledged = failOver(cluster, leader);
        readFromSurvivors(cluster, leader, acknowledged);
        comeBack(cluster, leader, acknowledged);
    }

    /** Kills the leader in the middle of writing: what was acknowledged, before and after. */
    private Map<String, String> failOver(LocalCluster cluster, long leader) {
        chapter("Write, and kill the leader in the middle of it");
        try (WriteLoad load = WriteLoad.start(cluster.clients(), WRITERS)) {
            long begun = System.nanoTime();
            boolean written = load.awaitMore(WRITES, PATIENCE);
            check(
                    written,
                    load.acknowledgedCount() + " writes acknowledged to " + WRITERS + " clients in " + since(begun));
            out.accept("   @|bold,red kill -9|@ server " + leader + ", the leader, while the clients go on writing");
            load.watch();
            cluster.kill(leader);
            Optional<Duration> gap = load.awaitFirst(PATIENCE);
            String after =
                    gap.map(time -> time.toMillis() + " ms after the kill").orElse("never");
            check(gap.isPresent(), "fail-over: the next write was acknowledged " + after);
            long successor = cluster.leader();
            check(successor != leader && successor != 0, "server " + successor + " leads now");
            check(load.awaitMore(WRITES, PATIENCE), "writing goes on with two servers of three");
            return load.finish();
        }
    }

    private void readFromSurvivors(LocalCluster cluster, long dead, Map<String, String> acknowledged) {
        chapter("Read everything back");
        for (long id = 1; id <= SERVERS; id++) {
            if (id != dead) {
                readAll(cluster.client(id), acknowledged, KvClient::get, "linearizable, from server " + id);
            }
        }
    }

    private void comeBack(LocalCluster cluster, long dead, Map<String, String> acknowledged) throws IOException {
        chapter("Restart server " + dead);
        long committed = cluster.allStats().values().stream()
                .mapToLong(stats -> stats.path("commitIndex").asLong(0))
                .max()
                .orElse(0);
        long begun = System.nanoTime();
        cluster.start(dead);
        cluster.awaitUp(dead);
        boolean caughtUp = LocalCluster.await(
                PATIENCE, () -> cluster.stats(dead).path("appliedIndex").asLong(0) >= committed);
        check(
                caughtUp,
                "it caught up with index " + committed + ", " + since(begun) + " after the start of its process");
        readAll(cluster.client(dead), acknowledged, KvClient::getLocal, "from its own copy");
        table(cluster);
    }

    private void readAll(
            URI server,
            Map<String, String> acknowledged,
            BiFunction<KvClient, String, Optional<byte[]>> read,
            String how) {
        KvClient client = new KvClient(List.of(server), PATIENCE, KvClient.UnknownOutcome.FAIL);
        long begun = System.nanoTime();
        long found = acknowledged.entrySet().stream()
                .filter(entry -> read.apply(client, entry.getKey())
                        .map(value -> new String(value, StandardCharsets.UTF_8))
                        .equals(Optional.of(entry.getValue())))
                .count();
        check(
                found == acknowledged.size(),
                found + " of " + acknowledged.size() + " acknowledged values read back, " + how + ", in "
                        + since(begun));
    }

    private void table(LocalCluster cluster) {
        Map<Long, JsonNode> all = cluster.allStats();
        all.forEach((id, stats) -> out.accept(String.format(
                "   @|faint server %d: %-9s term %s, committed %s, applied %s|@",
                id,
                stats.path("role").asString(""),
                stats.path("term").asString(""),
                stats.path("commitIndex").asString(""),
                stats.path("appliedIndex").asString(""))));
    }

    private void chapter(String title) {
        out.accept("");
        out.accept("@|bold " + title + "|@");
    }

    private void check(boolean held, String sentence) {
        out.accept((held ? "   @|green ok|@      " : "   @|bold,red FAILED|@  ") + sentence);
        if (!held) {
            failedChecks++;
        }
    }

    private static String since(long begun) {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun) + " ms";
    }
}
