package io.balsa.raft.examples.kvstore;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("kvstore log, on the store of a real server")
class KvLogIT {

    @TempDir
    private Path directory;

    @Test
    @DisplayName("shows a running one and gives no verdict, and verifies and dumps a stopped one")
    void looksAtAServer() throws Exception {
        try (LocalCluster cluster = new LocalCluster(directory, Jar.path().toString(), 1, Duration.ofMillis(500))) {
            cluster.startAll();
            KvClient client = new KvClient(cluster.clients(), Duration.ofSeconds(20), KvClient.UnknownOutcome.FAIL);
            client.put("k", "needle".getBytes(StandardCharsets.UTF_8));
            String data = dataOf().toString();

            Jar.Run running = Jar.run(directory, "log", "info", "--data", data);
            assertThat(running.out()).contains("in use:     yes");
            assertThat(running.err()).contains("a server uses the store").hasLineCount(1);
            assertThat(running.exitCode()).isZero();
            Jar.Run refused = Jar.run(directory, "log", "verify", "--data", data);
            assertThat(refused.err()).contains("in use by a server").hasLineCount(1);
            assertThat(refused.exitCode()).isEqualTo(2);

            Process process = cluster.process(1);
            process.destroy();
            assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();

            Jar.Run verified = Jar.run(directory, "log", "verify", "--data", data);
            assertThat(verified.out()).startsWith("sound: ").contains("closed in good order");
            assertThat(verified.exitCode()).isZero();
            assertThat(Jar.run(directory, "log", "dump", "--data", data).out()).contains("needle");
        }
    }

    private Path dataOf() throws Exception {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.filter(file -> Files.exists(file.resolve("identity")))
                    .findFirst()
                    .orElseThrow();
        }
    }
}
