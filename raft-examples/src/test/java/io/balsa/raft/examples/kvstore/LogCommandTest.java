package io.balsa.raft.examples.kvstore;

import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.raft.cluster.Member;
import io.balsa.raft.cluster.Membership;
import io.balsa.raft.cluster.NodeId;
import io.balsa.raft.cluster.NodeIdentity;
import io.balsa.raft.storage.EntryKind;
import io.balsa.raft.storage.EntryRun;
import io.balsa.raft.storage.HardState;
import io.balsa.raft.storage.LogPosition;
import io.balsa.raft.storage.SnapshotSink;
import io.balsa.raft.storage.file.FileStorage;
import io.balsa.raft.storage.file.NioDisk;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

@DisplayName("kvstore log")
class LogCommandTest {

    private static final Membership FOUNDING = Membership.ofVoters(List.of(Member.of(1, "http://127.0.0.1:1")));

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir
    private Path directory;

    @BeforeEach
    void makeStore() {
        FileStorage storage = FileStorage.on(new NioDisk(directory.resolve("store")));
        storage.open(new NodeIdentity("orders", NodeId.of(1), 7), FOUNDING);
        storage.writeHardState(new HardState(2, Optional.of(NodeId.of(1))));
        storage.append(EntryRun.of(1, 2, EntryKind.COMMAND, List.of(utf8("one"), utf8("two"), new byte[] {0, 9})));
        storage.sync();
        try (SnapshotSink sink = storage.beginSnapshot(new LogPosition(2, 2), 0, FOUNDING)) {
            sink.write(ByteBuffer.wrap(utf8("the state")));
            sink.commit();
        }
        storage.close();
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private int log(String line) {
        String[] arguments = ("log " + line).split(" ");
        for (int i = 0; i < arguments.length; i++) {
            arguments[i] = arguments[i].replace("DIR", directory.toString());
        }
        return KvStoreMain.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments);
    }

    private JsonNode json() {
        return Json.readObject(utf8(out.toString()));
    }

    @Test
    @DisplayName("info tells whose store it is and what is in it, for people and for programs")
    void info() {
        assertThat(log("info --data DIR/store")).isZero();
        assertThat(out.toString())
                .contains("cluster:    orders", "term:       2, voted for 1", "entries 1 to 3", "closed in good order")
                .contains("snapshot:   up to index 2 of term 2, 9 bytes");
        out.getBuffer().setLength(0);

        assertThat(log("info --data DIR/store --json")).isZero();

        assertThat(json().path("log").path("lastIndex").asLong()).isEqualTo(3);
        assertThat(json().path("snapshots").get(0).path("bytes").asLong()).isEqualTo(9);
        assertThat(json().path("sound").asBoolean()).isTrue();
        assertThat(err.toString()).isEmpty();
    }

    @Test
    @DisplayName("dump prints the entries that were asked for, one a line")
    void dump() {
        assertThat(log("dump --data DIR/store --from 2")).isZero();
        assertThat(out.toString().lines())
                .containsExactly("2  term 2  command  3 bytes  two", "3  term 2  command  2 bytes  \\x00\\x09");
        out.getBuffer().setLength(0);
        assertThat(log("dump --data DIR/store --to 1 --json")).isZero();
        assertThat(json().path("dataBase64").asString()).isEqualTo("b25l");
        assertThat(log("dump --data DIR/store --from 9")).isZero();
        assertThat(err.toString()).contains("none of these entries, only 1 to 3");
    }

    @Test
    @DisplayName("verify says that a store is sound with 0, and names damage with 1")
    void verify() throws Exception {
        assertThat(log("verify --data DIR/store")).isZero();
        assertThat(out.toString()).startsWith("sound: entries 1 to 3");
        out.getBuffer().setLength(0);
        Path segment = directory.resolve("store").resolve("log-0000000000000000.seg");
        byte[] bytes = Files.readAllBytes(segment);
        bytes[512] ^= 1;
        Files.write(segment, bytes);

        assertThat(log("verify --data DIR/store --json")).isEqualTo(1);

        JsonNode damage = json().path("damage").get(0);
        assertThat(json().path("sound").asBoolean()).isFalse();
        assertThat(damage.path("file").asString()).isEqualTo("log-0000000000000000.seg");
        assertThat(damage.path("offset").asLong()).isEqualTo(512);
        assertThat(damage.path("index").asLong()).isEqualTo(1);
        assertThat(err.toString()).contains("is damaged: log-", "byte 512, log index 1", "join again under a new id");
    }

    @Test
    @DisplayName("snapshot export and import: a new store that begins with what there was")
    void snapshots() {
        assertThat(log("snapshot export --data DIR/store DIR/file")).isZero();
        assertThat(log("snapshot import --data DIR/new --id 5 DIR/file")).isZero();
        assertThat(out.toString())
                .contains("server 5 of cluster 'orders' begins with the snapshot of everything up to");
        out.getBuffer().setLength(0);
        assertThat(log("info --data DIR/new --json")).isZero();
        assertThat(json().path("node").asLong()).isEqualTo(5);
        assertThat(json().path("log").path("baseIndex").asLong()).isEqualTo(2);
        assertThat(log("snapshot import --data DIR/new --id 6 DIR/file")).isEqualTo(1);
        assertThat(log("snapshot import --data DIR/x --id 6 --cluster-name other DIR/file"))
                .isEqualTo(1);
        assertThat(log("snapshot export --data DIR/store --index 1 DIR/other")).isEqualTo(1);
        assertThat(err.toString()).contains("there is a store in", "not from 'other'", "only of [index 2]");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "info                                          | Missing required option: '--data",
                "info --data DIR/none                          | is missing",
                "verify --data DIR/store/identity              | is not a directory",
                "verify --data DIR                             | there is no store in",
                "dump --data DIR/store --from 3 --to 2         | unlike 3 and 2",
                "dump --data DIR/store --from 0                | --from is 1 or more",
                "snapshot                                      | export or import",
                "snapshot export --data DIR/store DIR/store    | already",
                "snapshot import --data DIR/x --id 1 DIR/none  | there is no file",
                "snapshot import --data DIR/store/lock --id 1 DIR/store/lock | is not a directory",
            })
    @DisplayName("that is wrong gets one sentence and exit code 2")
    void wrongUsage(String line, String sentence) {
        assertThat(log(line)).isEqualTo(2);
        assertThat(err.toString()).startsWith("kvstore: ").contains(sentence).hasLineCount(1);
        assertThat(out.toString()).isEmpty();
    }

    @Test
    @DisplayName("says on standard error how a long look gets on, and nothing of a short one")
    void progress() {
        long[] now = {0};
        LookProgress progress = new LookProgress(new PrintWriter(err, true), () -> now[0]);
        progress.read(1, 5 << 20);
        assertThat(err.toString()).isEmpty();
        now[0] = TimeUnit.SECONDS.toNanos(2);

        progress.read(3 << 20, 5 << 20);

        assertThat(err.toString()).contains("3 of 5 MiB");
    }
}
