package io.balsa.raft.examples.kvstore;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

@DisplayName("kvstore.jar, for operators")
class KvAdminIT {

    private static final Duration ELECTION_TIMEOUT = Duration.ofMillis(500);

    @TempDir
    private Path directory;

    @SuppressWarnings("NullAway.Init") // each test says what it needs
    private LocalCluster cluster;

    private void start(int founders, int slots) throws Exception {
        LocalCluster.Options options = LocalCluster.Options.of(founders, ELECTION_TIMEOUT)
                .withSlots(slots)
                .withExtras("--snapshot-trailing", "0", "--lease-reads");
        cluster = new LocalCluster(directory, Jar.path().toString(), options);
        cluster.startAll();
    }

    @AfterEach
    void stop() {
        cluster.close();
    }

    @Test
    @DisplayName("members, add, promote, demote, transfer, remove: do it, say so, and say why not")
    void changesMembers() throws Exception {
        start(2, 3);
        Operator operator = new Operator(cluster);
        long leader = operator.awaitLeader();
        cluster.startJoining(3);
        cluster.awaitUp(3);
        String address = cluster.raftAddress(3).toString();

        assertThat(command("add", "--learner", "3", address).out()).contains("3  " + address + "  learner");
        assertRefused("ALREADY_A_MEMBER", "add", "3", "http://127.0.0.1:1");
        operator.done("POST", "/admin/members/3/promote", java.util.Map.of());
        assertRefused("ALREADY_A_VOTER", "promote", "3");
        JsonNode members = Json.readObject(command("members", "--json").out().getBytes(StandardCharsets.UTF_8));
        assertThat(members.path("members")).hasSize(3);
        assertThat(command("members").out()).contains("which leads").contains(address);
        assertRefused("MEMBERSHIP_HAS_CHANGED", "demote", "3", "--if-index", "1");
        String index = members.path("index").asString();
        assertThat(command("demote", "3", "--if-index", index).out()).contains(address + "  learner");
        assertRefused("NOT_A_VOTER", "transfer", "3");
        assertRefused("NOT_A_MEMBER", "remove", "9");
        assertThat(command("prioritize", "3", "5").exitCode()).isZero();

        long other = 3 - leader;
        assertThat(command("transfer", "" + other).out()).isEqualTo(lines("server " + other + " leads now"));
        assertRefused("ALREADY_LEADS", "transfer", "" + other);
        assertThat(command("remove", "3", "--json").out()).contains("\"members\":[{\"id\":1,");
        assertThat(command("remove", "" + leader).exitCode()).isZero();
        assertRefused("LAST_VOTER", "remove", "" + other);
    }

    @Test
    @DisplayName("snapshot --export, then server --from-snapshot: a new server that begins with what there was")
    void exportsAndSeeds() throws Exception {
        start(1, 2);
        KvClient client = new KvClient(cluster.clients(), Duration.ofSeconds(20), KvClient.UnknownOutcome.FAIL);
        client.put("before", new byte[] {1});
        Path file = directory.resolve("exported");

        String server = cluster.client(1).toString();
        Jar.Run exported = Jar.run(directory, "snapshot", "--export", file.toString(), "--cluster", server);
        assertThat(exported.err()).isEmpty();
        assertThat(exported.out())
                .startsWith("snapshot of everything up to index ")
                .contains(", in " + file);
        Jar.Run again = Jar.run(directory, "snapshot", "--export", file.toString(), "--cluster", server);
        assertThat(again.err()).isEqualTo(lines("kvstore: there is a file " + file + " already"));

        client.put("after", new byte[] {2});
        try (LocalCluster seeded = seeded(file)) {
            seeded.startJoining(2);
            seeded.awaitUp(2);
            assertThat(seeded.stats(2).path("snapshotIndex").asLong()).isPositive();
            KvClient own =
                    new KvClient(List.of(seeded.client(2)), Duration.ofSeconds(20), KvClient.UnknownOutcome.FAIL);
            assertThat(own.getLocal("before")).hasValue(new byte[] {1});
            Jar.Run added = Jar.run(directory, "add", "2", seeded.raftAddress(2).toString(), "--cluster", server);
            assertThat(added.err()).isEmpty();
            assertThat(own.get("after")).hasValue(new byte[] {2});
            seeded.kill(2);
            assertThat(Jar.run(directory, withSeed(file, "1").toArray(String[]::new))
                            .err())
                    .contains("kvstore: ")
                    .contains("already");
        }
    }

    /** Beside the cluster, with the same addresses: its server 2 begins with the snapshot. */
    private LocalCluster seeded(Path file) {
        return cluster.with(List.of("--from-snapshot", file.toString()));
    }

    private List<String> withSeed(Path file, String id) {
        List<String> arguments = new ArrayList<>(cluster.serverArguments(1));
        arguments.set(arguments.indexOf("--listen") + 1, "127.0.0.1:0");
        arguments.set(arguments.indexOf("--http") + 1, "127.0.0.1:0");
        arguments.set(arguments.indexOf("--data") + 1, cluster.dataOf(2).toString());
        arguments.addAll(List.of("--from-snapshot", file.toString()));
        assertThat(arguments).contains(id);
        return arguments;
    }

    @Test
    @DisplayName("force-membership: makes the only survivor a cluster of its own, if one says --yes")
    void forcesMembership() throws Exception {
        start(3, 3);
        KvClient client = new KvClient(cluster.clients(), Duration.ofSeconds(20), KvClient.UnknownOutcome.FAIL);
        client.put("k", new byte[] {7});
        new Operator(cluster).awaitCaughtUp(1);
        String[] command = {
            "force-membership",
            "--data",
            cluster.dataOf(1).toString(),
            "--id",
            "1",
            "--address",
            cluster.raftAddress(1).toString()
        };
        assertThat(Jar.run(directory, with(command, "--yes")).err())
                .contains("kvstore: ")
                .contains("in use");
        cluster.killAll();

        Jar.Run doubtful = Jar.run(directory, command);
        assertThat(doubtful.exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(doubtful.err()).contains("may lose acknowledged writes").contains("add --yes");
        Jar.Run done = Jar.run(directory, with(command, "--yes", "--json"));
        assertThat(done.err()).isEmpty();
        JsonNode answer = Json.readObject(done.out().getBytes(StandardCharsets.UTF_8));
        assertThat(answer.path("before")).hasSize(3);
        assertThat(answer.path("after")).hasSize(1);

        cluster.start(1);
        cluster.awaitUp(1);
        KvClient survivor =
                new KvClient(List.of(cluster.client(1)), Duration.ofSeconds(20), KvClient.UnknownOutcome.FAIL);
        assertThat(survivor.get("k")).hasValue(new byte[] {7});
        survivor.put("k", new byte[] {8});
    }

    @Test
    @DisplayName("GET: lease reads, and local reads of one's own writes on a follower")
    void reads() throws Exception {
        start(3, 3);
        long leader = new Operator(cluster).awaitLeader();
        KvClient client =
                new KvClient(List.of(cluster.client(leader)), Duration.ofSeconds(20), KvClient.UnknownOutcome.FAIL);
        for (int i = 0; i < 50; i++) {
            byte[] value = ("" + i).getBytes(StandardCharsets.UTF_8);
            long index = client.put("k", value);

            assertThat(client.get("k", "consistency=lease")).hasValue(value);
            for (long id = 1; id <= 3; id++) {
                client.beginWith(cluster.client(id));
                assertThat(client.get("k", "consistency=local&minIndex=" + index))
                        .hasValue(value);
            }
            client.beginWith(cluster.client(leader));
        }
    }

    private void assertRefused(String reason, String... arguments) throws Exception {
        Jar.Run run = command(arguments);
        assertThat(run.err()).startsWith("kvstore: refused (" + reason + "): ").hasLineCount(1);
        assertThat(run.out()).isEmpty();
        assertThat(run.exitCode()).isEqualTo(ExitCode.FAILED);
    }

    private Jar.Run command(String... arguments) throws Exception {
        String servers = cluster.clients().stream().map(Object::toString).collect(Collectors.joining(","));
        return Jar.run(directory, with(arguments, "--cluster", servers));
    }

    private static String[] with(String[] arguments, String... more) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of(more));
        return all.toArray(String[]::new);
    }

    private static String lines(String line) {
        return line + System.lineSeparator();
    }
}
