package io.balsa.raft.examples.kvstore;

import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.raft.Command;
import io.balsa.raft.examples.kvstore.KvResult.Status;
import io.balsa.raft.storage.EntryKind;
import io.balsa.raft.storage.EntryRun;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The key-value state machine")
class KvStateMachineTest {

    private static final Optional<Bytes> ABSENT = Optional.empty();

    private final KvStateMachine machine = new KvStateMachine();
    private long index;

    @Test
    @DisplayName("holds what was put last")
    void puts() {
        apply(new KvCommand.Put("k", Bytes.utf8("1")));

        KvResult result = apply(new KvCommand.Put("k", Bytes.utf8("2")));

        assertThat(result).isEqualTo(KvResult.of(Status.DONE));
        assertThat(machine.value("k")).contains(Bytes.utf8("2"));
    }

    @Test
    @DisplayName("answers a get in the log with the value at that place")
    void gets() {
        apply(new KvCommand.Put("k", Bytes.utf8("1")));

        assertThat(apply(new KvCommand.Get("k"))).isEqualTo(KvResult.of(Status.DONE, Bytes.utf8("1")));
        assertThat(apply(new KvCommand.Get("other"))).isEqualTo(KvResult.of(Status.ABSENT));
    }

    @Test
    @DisplayName("says on a delete whether the key was there")
    void deletes() {
        apply(new KvCommand.Put("k", Bytes.utf8("1")));

        assertThat(apply(new KvCommand.Delete("k"))).isEqualTo(KvResult.of(Status.DONE));
        assertThat(apply(new KvCommand.Delete("k"))).isEqualTo(KvResult.of(Status.ABSENT));
        assertThat(machine.value("k")).isEmpty();
    }

    @Test
    @DisplayName("sets on a match of compare-and-set, where absent is a value like any other")
    void comparesAndSets() {
        assertThat(cas(ABSENT, text("1"))).isEqualTo(KvResult.of(Status.DONE));
        assertThat(cas(text("1"), text("2"))).isEqualTo(KvResult.of(Status.DONE));
        assertThat(machine.value("k")).isEqualTo(text("2"));
        assertThat(cas(text("2"), ABSENT)).isEqualTo(KvResult.of(Status.DONE));
        assertThat(machine.value("k")).isEmpty();
    }

    @Test
    @DisplayName("changes nothing on a mismatch and tells the actual value")
    void tellsTheActualValue() {
        assertThat(cas(text("1"), text("2"))).isEqualTo(KvResult.of(Status.MISMATCH));
        apply(new KvCommand.Put("k", Bytes.utf8("")));

        assertThat(cas(ABSENT, text("2"))).isEqualTo(KvResult.of(Status.MISMATCH, Bytes.utf8("")));
        assertThat(machine.value("k")).isEqualTo(text(""));
    }

    @Test
    @DisplayName("knows where clients reach those who announced themselves")
    void remembersClientAddresses() {
        apply(new KvCommand.Announce(2, "http://old:1"));

        apply(new KvCommand.Announce(2, "http://new:1"));

        assertThat(machine.clientAddress(2)).contains("http://new:1");
        assertThat(machine.clientAddress(1)).isEmpty();
    }

    @Test
    @DisplayName("answers bytes that are no command instead of stopping the node")
    void answersGarbage() {
        KvResult empty = apply(new byte[0]);
        KvResult future = apply(new byte[] {9, 1, 2, 3});

        assertThat(empty.status()).isEqualTo(Status.INVALID);
        assertThat(future.value().flatMap(Bytes::asText)).contains("version 9 is not known here, only 1");
    }

    private KvResult cas(Optional<Bytes> expect, Optional<Bytes> value) {
        return apply(new KvCommand.CompareAndSet("k", expect, value));
    }

    private static Optional<Bytes> text(String text) {
        return Optional.of(Bytes.utf8(text));
    }

    private KvResult apply(KvCommand command) {
        return apply(KvCodec.encode(command));
    }

    private KvResult apply(byte[] command) {
        index++;
        EntryRun run = EntryRun.of(index, 1, EntryKind.COMMAND, List.of(command));
        return KvCodec.decodeResult(machine.apply(new Command(run, index)));
    }
}
