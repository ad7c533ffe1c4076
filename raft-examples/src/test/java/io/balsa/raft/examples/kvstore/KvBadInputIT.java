package io.balsa.raft.examples.kvstore;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("kvstore.jar refuses bad input with one sentence and changes nothing on disk")
class KvBadInputIT {

    @TempDir
    private Path directory;

    private Path data;
    private int raftPort;
    private int clientPort;

    @BeforeEach
    void found() throws IOException {
        try (LocalCluster cluster = new LocalCluster(directory, Jar.path().toString(), 1, Duration.ofMillis(300))) {
            cluster.startAll();
            new KvClient(cluster.clients(), Duration.ofSeconds(20), KvClient.UnknownOutcome.FAIL)
                    .put("k", new byte[] {1});
            data = cluster.dataOf(1);
            clientPort = cluster.client(1).getPort();
        }
        raftPort = LocalCluster.freeAddresses(1).get(0).getPort();
    }

    @Test
    @DisplayName("an unknown flag, an id that is no peer, a setting out of range")
    void wrongUsage() throws Exception {
        assertRefused(2, "Unknown option: '--bogus'", with("--bogus"));
        assertRefused(2, "the id 3 is not in the peer list", replaced("--id", "3"));
        assertRefused(2, "electionTimeout is PT0.001S but must be from", replaced("--election-timeout", "1ms"));
        assertRefused(2, "the name of a cluster", replaced("--cluster", "no name"));
    }

    @Test
    @DisplayName("a taken port, for peers or for clients")
    void takenPort() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String address = "127.0.0.1:" + taken.getLocalPort();

            assertRefused(1, "Cannot listen at " + address, replaced("--listen", address));
            assertRefused(1, "cannot listen on --http " + address, replaced("--http", address));
        }
    }

    @Test
    @DisplayName("the directory of another node or cluster, and a path that is no directory")
    void foreignDirectory() throws Exception {
        Path file = Files.writeString(directory.resolve("file"), "not a directory");

        assertRefused(1, "belongs to node 1, not to node 2", replaced("--id", "2"));
        assertRefused(1, "belongs to cluster 'balsa', not to 'other'", replaced("--cluster", "other"));
        assertRefused(1, "is not a directory", replaced("--data", file.toString()));
    }

    @Test
    @DisplayName("a directory that a running server holds")
    void lockedDirectory() throws Exception {
        try (LocalCluster cluster = new LocalCluster(directory, Jar.path().toString(), 1, Duration.ofMillis(300))) {
            cluster.startAll();

            Jar.Run run = Jar.run(directory, arguments().toArray(String[]::new));

            assertSentence(1, data.toString(), run);
        }
    }

    @Test
    @DisplayName("files that cannot be read")
    void unreadableFiles() throws Exception {
        for (Path file : filesOf(data)) {
            byte[] content = Files.readAllBytes(file);
            if (content.length == 0 || file.toString().endsWith(".new")) {
                continue; // a lock, or what means nothing
            }
            Files.delete(file);
            Files.createDirectory(file); // root reads any file, but nobody reads a directory as one

            assertRefused(1, file.toString(), arguments());

            Files.delete(file);
            Files.write(file, content);
        }
    }

    private void assertRefused(int exitCode, String sentence, List<String> arguments) throws Exception {
        Map<Path, Integer> before = contentOf(data);

        Jar.Run run = Jar.run(directory, arguments.toArray(String[]::new));

        assertSentence(exitCode, sentence, run);
        assertThat(contentOf(data)).isEqualTo(before);
    }

    private static void assertSentence(int exitCode, String sentence, Jar.Run run) {
        assertThat(run.err()).startsWith("kvstore: ").contains(sentence).hasLineCount(1);
        assertThat(run.err()).doesNotContain("Exception").doesNotContain("\tat ");
        assertThat(run.out()).isEmpty();
        assertThat(run.exitCode()).isEqualTo(exitCode);
    }

    private List<String> arguments() {
        return List.of(
                "server",
                "--id",
                "1",
                "--cluster",
                "balsa",
                "--listen",
                "127.0.0.1:" + raftPort,
                "--http",
                "127.0.0.1:" + clientPort,
                "--peers",
                "1=http://127.0.0.1:" + raftPort + ",2=http://127.0.0.1:1",
                "--data",
                data.toString(),
                "--election-timeout",
                "300ms",
                "--stop-with-stdin");
    }

    private List<String> with(String argument) {
        return Stream.concat(arguments().stream(), Stream.of(argument)).toList();
    }

    private List<String> replaced(String option, String value) {
        String[] all = arguments().toArray(String[]::new);
        all[Arrays.asList(all).indexOf(option) + 1] = value;
        return Arrays.asList(all);
    }

    private static List<Path> filesOf(Path directory) throws IOException {
        try (Stream<Path> all = Files.walk(directory)) {
            return all.filter(Files::isRegularFile).sorted().toList();
        }
    }

    private static Map<Path, Integer> contentOf(Path directory) throws IOException {
        Map<Path, Integer> content = new TreeMap<>();
        for (Path file : filesOf(directory)) {
            content.put(file, Arrays.hashCode(Files.readAllBytes(file)));
        }
        return content;
    }
}
