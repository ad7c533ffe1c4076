package io.balsa.raft.examples.kvstore;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("kvstore.jar")
class KvProgramIT {

    private static final Duration ELECTION_TIMEOUT = Duration.ofMillis(500);

    @TempDir
    private Path directory;

    @Test
    @DisplayName("demo: tells its story and every check holds")
    void demo() throws Exception {
        Jar.Run run = Jar.run(directory, "demo");

        assertThat(run.out()).contains("Every check held").doesNotContain("FAILED");
        assertThat(run.err()).isEmpty();
        assertThat(run.exitCode()).isZero();
    }

    @Test
    @DisplayName("put, get, cas, delete and status work against a cluster")
    void clientCommands() throws Exception {
        try (LocalCluster cluster = new LocalCluster(directory, Jar.path().toString(), 3, ELECTION_TIMEOUT)) {
            cluster.startAll();
            String servers = cluster.clients().stream().map(Object::toString).collect(Collectors.joining(","));

            assertThat(client(servers, "put", "k", "eins")).isEqualTo(new Jar.Run(0, "", ""));
            assertThat(client(servers, "get", "k")).isEqualTo(new Jar.Run(0, lines("eins"), ""));
            assertThat(client(servers, "cas", "k", "--expect", "zwei", "drei"))
                    .isEqualTo(new Jar.Run(1, "", lines("kvstore: nothing was changed: the key holds 'eins'")));
            assertThat(client(servers, "delete", "k")).isEqualTo(new Jar.Run(0, lines("deleted"), ""));
            assertThat(client(servers, "get", "k"))
                    .isEqualTo(new Jar.Run(1, "", lines("kvstore: there is no key 'k'")));
            Jar.Run status = Jar.run(directory, "status", "--json", "--cluster", servers);
            assertThat(status.out()).contains("\"role\":\"leader\"").contains("\"role\":\"follower\"");
            assertThat(status.exitCode()).isZero();
        }
    }

    @Test
    @DisplayName("server: stops in order on SIGTERM, and starts again with what it had")
    void stopsInOrder() throws Exception {
        try (LocalCluster cluster = new LocalCluster(directory, Jar.path().toString(), 1, ELECTION_TIMEOUT)) {
            cluster.startAll();
            KvClient client = new KvClient(cluster.clients(), Duration.ofSeconds(20), KvClient.UnknownOutcome.FAIL);
            client.put("k", new byte[] {1, 2});

            Process process = cluster.process(1);
            process.destroy();

            assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
            assertThat(cluster.logOf(1))
                    .content()
                    .contains("server 1 of cluster 'balsa' answers")
                    .doesNotContain("WARN", "ERROR", "Exception");
            cluster.startAll();
            assertThat(client.get("k"))
                    .hasValueSatisfying(value -> assertThat(value).containsExactly(1, 2));
        }
    }

    private Jar.Run client(String servers, String... arguments) throws Exception {
        String[] all = new String[arguments.length + 2];
        System.arraycopy(arguments, 0, all, 0, arguments.length);
        all[arguments.length] = "--cluster";
        all[arguments.length + 1] = servers;
        return Jar.run(directory, all);
    }

    private static String lines(String line) {
        return line + System.lineSeparator();
    }
}
