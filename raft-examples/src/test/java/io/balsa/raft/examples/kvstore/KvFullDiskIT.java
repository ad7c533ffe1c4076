package io.balsa.raft.examples.kvstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Where small file systems may be mounted, which is usual in containers of a build. What happens is shown without that as well,
 * by the tests of full disks in the core and in the file storage.
 */
@DisplayName("Three real processes, each on a small file system that fills up")
class KvFullDiskIT {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final List<Long> ALL = List.of(1L, 2L, 3L);
    private static final int FILLED_AT_A_TIME = 64 * 1024;

    @TempDir
    private Path directory;

    private final List<Path> mounted = new ArrayList<>();
    private LocalCluster cluster;
    private Operator operator;

    @BeforeEach
    void start() throws Exception {
        String classPath = Jar.path().toString();
        cluster = new LocalCluster(directory, classPath, LocalCluster.Options.of(3, Duration.ofMillis(800)));
        operator = new Operator(cluster);
        for (long id : ALL) {
            Path data = Files.createDirectories(cluster.dataOf(id));
            boolean mounts = run("mount", "-t", "tmpfs", "-o", "size=32m", "tmpfs", data.toString());
            assumeTrue(mounts, "no file system can be mounted here, so real full disks are not tried");
            mounted.add(data);
        }
        cluster.startAll();
        operator.awaitLeader();
    }

    @AfterEach
    void stop() throws Exception {
        cluster.close();
        for (Path data : mounted) {
            assertThat(run("umount", data.toString())).isTrue();
        }
    }

    private static boolean run(String... command) throws InterruptedException {
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return process.waitFor() == 0;
        } catch (IOException e) {
            return false; // there is no such program
        }
    }

    private Path filler(long id) {
        return cluster.dataOf(id).resolve("filler");
    }

    /** Something else takes all the room that there is. */
    private void fill(long id) throws IOException {
        byte[] some = new byte[FILLED_AT_A_TIME];
        boolean full = false;
        try (OutputStream out = Files.newOutputStream(filler(id))) {
            while (!full) {
                full = !writes(out, some);
            }
        }
    }

    private static boolean writes(OutputStream out, byte[] some) {
        try {
            out.write(some);
            return true;
        } catch (IOException e) {
            assertThat(e).hasMessageContaining("No space left on device");
            return false;
        }
    }

    @Test
    @DisplayName(
            "one is full: it hands its leadership over, the others go on, and it is back by itself when there is room")
    void oneIsFull() throws Exception {
        Map<String, String> acknowledged;
        try (WriteLoad load = WriteLoad.start(cluster.clients(), 4)) {
            awaitMore(load);
            long full = operator.awaitLeader();

            fill(full);
            awaitLog(full, "the disk is full");
            operator.awaitLeaderOtherThan(full);
            awaitMore(load);
            assertThat(local(full).getLocal("nothing")).as("a read is answered").isEmpty();

            Files.delete(filler(full));
            awaitLog(full, "there is room on the disk again");
            operator.awaitCaughtUp(full);
            acknowledged = load.finish();
            assertThat(load.unforeseen()).isEmpty();
        }
        operator.assertNothingMissing(ALL, acknowledged);
    }

    @Test
    @DisplayName(
            "all are full: commands are refused with the reason, reads are served, and writes go on when there is room")
    void allAreFull() throws Exception {
        KvClient client = new KvClient(cluster.clients(), PATIENCE, KvClient.UnknownOutcome.RETRY);
        client.put("before", new byte[] {1});
        for (long id : ALL) {
            fill(id);
        }
        assertThat(LocalCluster.await(PATIENCE, this::isRefusedForTheDisk))
                .as("a command is refused because the disk is full")
                .isTrue();
        assertThat(client.get("before")).as("a linearizable read").hasValue(new byte[] {1});

        for (long id : ALL) {
            Files.delete(filler(id));
        }
        assertThat(LocalCluster.await(PATIENCE, () -> put().startsWith("200")))
                .as("a command is taken again")
                .isTrue();
        client.put("after", new byte[] {2});
        for (long id : ALL) {
            operator.awaitCaughtUp(id);
            assertThat(local(id).getLocal("before")).hasValue(new byte[] {1});
            assertThat(local(id).getLocal("after")).hasValue(new byte[] {2});
        }
    }

    private KvClient local(long id) {
        return new KvClient(List.of(cluster.client(id)), PATIENCE, KvClient.UnknownOutcome.FAIL);
    }

    private boolean isRefusedForTheDisk() {
        String answer = put();
        return answer.startsWith("503") && answer.contains("disk");
    }

    /** What the leader answers to a command of 16 KiB. */
    private String put() {
        URI leader = cluster.client(operator.awaitLeader());
        HttpRequest request = HttpRequest.newBuilder(URI.create(leader + "/kv/large"))
                .timeout(Duration.ofSeconds(10))
                .PUT(BodyPublishers.ofByteArray(new byte[16 * 1024]))
                .build();
        try {
            HttpResponse<String> response = HttpClient.newHttpClient().send(request, BodyHandlers.ofString());
            return response.statusCode() + " " + response.body();
        } catch (IOException e) {
            return e.toString();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "interrupted";
        }
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
