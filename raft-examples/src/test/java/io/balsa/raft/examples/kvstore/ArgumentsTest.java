package io.balsa.raft.examples.kvstore;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

@DisplayName("The command line")
class ArgumentsTest {

    private static final String SERVER = "server --id 1 --listen localhost:7001 --http localhost:8081";
    private static final String PEERS = " --peers 1=http://localhost:7001";

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir
    private Path directory;

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "``                                             | a command is missing",
                "fly                                            | Unmatched argument",
                "demo --high                                    | Unknown option: '--high'",
                SERVER + " --data DIR                           | Missing required option: '--peers",
                SERVER + PEERS + " --data DIR --bogus           | Unknown option: '--bogus'",
                SERVER + " --data DIR --peers 1                 | '1' is not ID=http://HOST:PORT",
                SERVER + " --data DIR --peers 0=http://a:1      | with a positive ID",
                SERVER + " --data DIR --peers 1=ftp://a:1       | 'ftp://a:1' is not an address",
                SERVER + " --data DIR --peers 1=http://a        | 'http://a' is not an address",
                SERVER + " --data DIR --peers 1=http://a:1,1=http://b:1 | two peers have the id 1",
                SERVER + " --data DIR --peers 1=http://a:1,2=http://a:1 | two peers have the address",
                SERVER
                        + " --data DIR --peers 2=http://a:1,3=http://b:1 | id 1 is not in the peer list, which has [2, 3]",
                SERVER + PEERS + " --data DIR --id x            | 'x' is not a long",
                SERVER + PEERS + " --data DIR --http localhost  | 'localhost' is not HOST:PORT",
                SERVER + PEERS + " --data DIR --http a:70000    | 'a:70000' is not HOST:PORT",
                SERVER + PEERS + " --data DIR --heartbeat 5     | '5' is not a duration",
                SERVER + PEERS + " --data DIR --join            | a server that joins is not in its own peer list",
                "server --id 1 --listen 0.0.0.0:1 --http [::]:2 --peers 2=http://a:1 --data DIR --join"
                        + "                                     | by which others can reach it",
                SERVER + PEERS + " --data DIR --snapshot-every -1 | everyEntries is -1 but must be",
                "put --cluster http://a:1 k                     | a put needs VALUE or --file",
                "put --cluster a:1 k v                          | 'a:1' is not an address",
                "get --cluster http://a:1,, k                   | '' is not an address",
                "get --cluster http://a:1                       | Missing required parameter: 'KEY'",
                "get --cluster http://a:1 --timeout 0s k        | --timeout must be longer",
                "cas --cluster http://a:1 k v                   | Missing required",
                "cas --cluster http://a:1 k --expect 1 --expect-absent v | mutually exclusive",
                "status                                         | Missing required option: '--cluster",
                "members                                        | Missing required option: '--cluster",
                "add --cluster http://a:1 4                     | Missing required parameter: 'ADDRESS'",
                "add --cluster http://a:1 x http://b:1          | 'x' is not a long",
                "replace --cluster http://a:1 1 2               | Missing required parameter: 'ADDRESS'",
                "remove --cluster http://a:1                    | Missing required parameter: 'ID'",
                "transfer --cluster http://a:1 --timeout 0s     | --timeout must be longer",
                "force-membership --data DIR --id 1             | Missing required option: '--address",
                "force-membership --data DIR --id 1 --address a:1 --yes | 'a:1' is not an address",
                "force-membership --data DIR --id 0 --address http://a:1 --yes | positive",
                "force-membership --data DIR --id 1 --address http://a:1 | may lose acknowledged writes",
            })
    @DisplayName("that is wrong gets one sentence and exit code 2")
    void wrongUsage(String line, String sentence) {
        int exitCode = execute(line.replace("DIR", directory.resolve("data").toString()));

        assertThat(err.toString()).startsWith("kvstore: ").contains(sentence).hasLineCount(1);
        assertThat(exitCode).isEqualTo(ExitCode.USAGE);
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    @DisplayName("refuses a file that cannot be read, a key that is none, and servers that are not there")
    void failures() throws Exception {
        URI nobody = LocalCluster.freeAddresses(1).get(0);
        String cluster = " --timeout 100ms --cluster " + nobody;

        assertThat(execute("put" + cluster + " k --file " + directory.resolve("none")))
                .isEqualTo(ExitCode.FAILED);
        assertThat(execute("get" + cluster + " k")).isEqualTo(ExitCode.FAILED);
        assertThat(execute("get" + cluster + " " + "k".repeat(1025))).isEqualTo(ExitCode.USAGE);
        assertThat(execute("status" + cluster)).isEqualTo(ExitCode.FAILED);
        assertThat(err.toString().lines())
                .hasSize(3)
                .anySatisfy(line -> assertThat(line).contains("cannot be read"))
                .anySatisfy(
                        line -> assertThat(line).contains("nothing was done").contains("cannot be reached"))
                .anySatisfy(line -> assertThat(line).contains("1 to 1024 bytes"));
        assertThat(out.toString()).contains("does not answer");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({"--listen", "--http"})
    @DisplayName("leaves the directory alone when a port is taken")
    void takenPort(String option) throws Exception {
        try (ServerSocket taken = new ServerSocket(0)) {
            String line =
                    "server --id 1 --listen 127.0.0.1:0 --http 127.0.0.1:0 --data " + directory.resolve("data") + PEERS;

            int exitCode =
                    execute(line.replace(option + " 127.0.0.1:0", option + " 127.0.0.1:" + taken.getLocalPort()));

            assertThat(exitCode).isEqualTo(ExitCode.FAILED);
            assertThat(err.toString())
                    .containsIgnoringCase("cannot listen")
                    .contains("127.0.0.1:" + taken.getLocalPort())
                    .hasLineCount(1);
            assertThat(directory).isEmptyDirectory();
        }
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({"100ms, PT0.1S", "1s, PT1S", "1.5s, PT1.5S", "2m, PT2M"})
    @DisplayName("reads durations")
    void durations(String text, Duration duration) {
        assertThat(Durations.parse(text)).isEqualTo(duration);
    }

    @Test
    @DisplayName("explains every command")
    void help() {
        for (String command : new String[] {
            "server",
            "put",
            "get",
            "delete",
            "cas",
            "status",
            "members",
            "add",
            "remove",
            "promote",
            "demote",
            "replace",
            "readdress",
            "prioritize",
            "transfer",
            "snapshot",
            "force-membership",
            "demo"
        }) {
            assertThat(execute(command + " --help")).isEqualTo(ExitCode.OK);
        }
        assertThat(execute("--help")).isEqualTo(ExitCode.OK);
        assertThat(out.toString()).contains("Usage: kvstore server").contains("Exit codes:");
        assertThat(err.toString()).isEmpty();
    }

    @Test
    @DisplayName("tells clients of a server on all interfaces to use the host that its peers use")
    void clientAddress() {
        Peers peers = Peers.parse("1=http://example.org:7001");

        assertThat(settings(false, peers, "0.0.0.0:7001", "0.0.0.0:8081").clientAddress(8081))
                .hasToString("http://example.org:8081");
        assertThat(settings(false, peers, "0.0.0.0:7001", "[::1]:0").clientAddress(8082))
                .hasToString("http://[::1]:8082");
        assertThat(settings(true, Peers.parse("2=http://b:1"), "example.org:7001", "0.0.0.0:8081")
                        .clientAddress(8081))
                .hasToString("http://example.org:8081");
    }

    private ServerSettings settings(boolean joins, Peers peers, String listen, String http) {
        return new ServerSettings(
                1,
                "c",
                peers,
                joins,
                HostPort.parse(listen),
                HostPort.parse(http),
                directory,
                new ServerSettings.Timing(Duration.ofSeconds(1), Duration.ofMillis(100)),
                new ServerSettings.SnapshotSettings(0, 0, 0, Optional.empty()),
                new ServerSettings.Serving(false, false));
    }

    private int execute(String line) {
        CommandLine commandLine =
                KvStoreMain.commandLine().setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
        return commandLine.execute(line.isEmpty() ? new String[0] : line.trim().split("\\s+", -1));
    }
}
