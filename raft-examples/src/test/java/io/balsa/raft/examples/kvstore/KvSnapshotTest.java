package io.balsa.raft.examples.kvstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.balsa.raft.Command;
import io.balsa.raft.SnapshotWriter;
import io.balsa.raft.storage.EntryKind;
import io.balsa.raft.storage.EntryRun;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A snapshot of the key-value store")
class KvSnapshotTest {

    private final KvStateMachine machine = new KvStateMachine();

    @Test
    @DisplayName("holds keys, values and client addresses, and is restored over whatever there was")
    void roundTrip() throws IOException {
        apply(machine, new KvCommand.Put("a/ä", Bytes.copyOf(new byte[] {0, -1})));
        apply(machine, new KvCommand.Put("empty", Bytes.utf8("")));
        apply(machine, new KvCommand.Announce(2, "http://b:2"));
        KvStateMachine other = new KvStateMachine();
        apply(other, new KvCommand.Put("old", Bytes.utf8("1")));
        apply(other, new KvCommand.Announce(1, "http://a:1"));

        other.restore(new ByteArrayInputStream(snapshotOf(machine)));

        assertThat(other.value("a/ä")).contains(Bytes.copyOf(new byte[] {0, -1}));
        assertThat(other.value("empty")).contains(Bytes.utf8(""));
        assertThat(other.value("old")).isEmpty();
        assertThat(other.clientAddress(2)).contains("http://b:2");
        assertThat(other.clientAddress(1)).isEmpty();
    }

    @Test
    @DisplayName("shows the moment it was captured at, not the one it is written at")
    void showsTheMoment() throws Exception {
        apply(machine, new KvCommand.Put("k", Bytes.utf8("before")));
        KvStateMachine other = new KvStateMachine();
        try (SnapshotWriter writer = machine.snapshot().orElseThrow()) {
            apply(machine, new KvCommand.Put("k", Bytes.utf8("after")));
            apply(machine, new KvCommand.Put("new", Bytes.utf8("1")));
            apply(machine, new KvCommand.Announce(3, "http://c:3"));
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            writer.writeTo(out);
            other.restore(new ByteArrayInputStream(out.toByteArray()));
        }

        assertThat(other.value("k")).contains(Bytes.utf8("before"));
        assertThat(other.value("new")).isEmpty();
        assertThat(other.clientAddress(3)).isEmpty();
        assertThat(machine.value("k")).contains(Bytes.utf8("after"));
    }

    @Test
    @DisplayName("has the same bytes on every server that holds the same, whatever way it came to hold it")
    void isDeterministic() throws IOException {
        Random random = new Random(42);
        List<KvCommand> commands = new ArrayList<>();
        for (int i = 0; i < 2_000; i++) {
            commands.add(new KvCommand.Put("key-" + i, Bytes.utf8("" + random.nextInt())));
        }
        commands.add(new KvCommand.Announce(3, "http://c:3"));
        commands.add(new KvCommand.Announce(1, "http://a:1"));
        commands.forEach(command -> apply(machine, command));
        KvStateMachine shuffled = new KvStateMachine();
        for (int i = 0; i < 10_000; i++) { // what is gone leaves no trace
            apply(shuffled, new KvCommand.Put("gone-" + i, Bytes.utf8("")));
        }
        for (int i = 0; i < 10_000; i++) {
            apply(shuffled, new KvCommand.Delete("gone-" + i));
        }
        Collections.shuffle(commands, random);
        commands.forEach(command -> apply(shuffled, command));
        KvStateMachine restored = new KvStateMachine();
        byte[] snapshot = snapshotOf(machine);
        restored.restore(new ByteArrayInputStream(snapshot));

        assertThat(snapshotOf(shuffled)).isEqualTo(snapshot);
        assertThat(snapshotOf(restored)).isEqualTo(snapshot);
    }

    @Test
    @DisplayName("that is cut anywhere, or of another version, or nonsense, is refused")
    void refusesWhatIsNone() throws IOException {
        apply(machine, new KvCommand.Put("k", Bytes.utf8("value")));
        apply(machine, new KvCommand.Announce(2, "http://b:2"));
        byte[] snapshot = snapshotOf(machine);

        for (int length = 0; length < snapshot.length; length++) {
            byte[] cut = Arrays.copyOf(snapshot, length);
            assertThatThrownBy(() -> new KvStateMachine().restore(new ByteArrayInputStream(cut)))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("ends too soon");
        }
        byte[] later = snapshot.clone();
        later[0] = 9;
        assertThatThrownBy(() -> new KvStateMachine().restore(new ByteArrayInputStream(later)))
                .hasMessageContaining("version 9 is not known");
        byte[] negative = snapshot.clone();
        negative[1] = -1;
        assertThatThrownBy(() -> new KvStateMachine().restore(new ByteArrayInputStream(negative)))
                .hasMessageContaining("addresses");
    }

    private static byte[] snapshotOf(KvStateMachine machine) throws IOException {
        try (SnapshotWriter writer = machine.snapshot().orElseThrow()) {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            writer.writeTo(out);
            return out.toByteArray();
        }
    }

    private static void apply(KvStateMachine machine, KvCommand command) {
        EntryRun run = EntryRun.of(1, 1, EntryKind.COMMAND, List.of(KvCodec.encode(command)));
        assertThat(KvCodec.decodeResult(machine.apply(new Command(run, 1))).status())
                .isNotEqualTo(KvResult.Status.INVALID);
    }
}
