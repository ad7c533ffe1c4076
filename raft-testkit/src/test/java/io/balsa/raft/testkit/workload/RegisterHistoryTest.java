package io.balsa.raft.testkit.workload;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.balsa.raft.Command;
import io.balsa.raft.Outcome;
import io.balsa.raft.testkit.linearizability.RegisterModel;
import io.balsa.raft.testkit.oracle.Violation;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The history of clients of registers")
class RegisterHistoryTest {

    private static final int MANY = 60;
    private static final RegisterModel.Output DONE = new RegisterModel.Done();

    private final RegisterHistory history = new RegisterHistory();
    private long index;

    private long put(String value) {
        long id = history.put(1, "k", value, 0);
        history.isCommand(id, bytes(value));
        return id;
    }

    private long delete() {
        long id = history.delete(1, "k", 0);
        history.isCommand(id, bytes("delete"));
        return id;
    }

    private void apply(String command) {
        history.applied(new Command(++index, 1, ByteBuffer.wrap(bytes(command))), DONE, 0);
    }

    private void acknowledge(long id, long at) {
        history.done(id, at, Optional.empty(), 0);
    }

    private void read(String value) {
        long id = history.get(2, "k", 0);
        history.read(id, value, index, 0);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }

    @Test
    @DisplayName("is explained by the log at once, however many commands are under way and are equal and unanswered")
    void manyAtOnce() {
        List<Long> puts = new ArrayList<>();
        for (int i = 0; i < MANY; i++) {
            puts.add(put("v" + i));
            history.failed(delete(), Outcome.UNKNOWN, 0);
        }
        for (int i = MANY - 1; i >= 0; i--) {
            apply("v" + i);
            read("v" + i);
            read("v" + i);
            if (i % 3 == 0) {
                apply("delete");
                read(Registers.ABSENT);
            }
        }
        for (int i = 0; i < MANY; i++) {
            acknowledge(puts.get(i), placeOf(i));
        }
        assertThatCode(() -> history.check(false)).doesNotThrowAnyException();
    }

    /** After those with higher numbers, and the deletions among them. */
    private static long placeOf(int put) {
        long deletions = 0;
        for (int i = put + 1; i < MANY; i++) {
            deletions += i % 3 == 0 ? 1 : 0;
        }
        return MANY - put + deletions;
    }

    @Test
    @DisplayName("counts of equal commands that one at its index that was acknowledged there")
    void equalOnes() {
        long first = delete();
        long second = delete();
        put("a");
        apply("delete");
        apply("a");
        read("a");
        apply("delete");
        history.failed(first, Outcome.UNKNOWN, 0);
        acknowledge(second, 1);
        read(Registers.ABSENT);

        assertThatCode(() -> history.check(true)).doesNotThrowAnyException();
    }

    @Test
    @DisplayName("is not explained where a read saw what was replaced before it began")
    void staleRead() {
        long first = put("a");
        apply("a");
        acknowledge(first, 1);
        long second = put("b");
        apply("b");
        acknowledge(second, 2);
        long get = history.get(2, "k", 0);
        history.read(get, "a", 1, 0);

        assertThatThrownBy(() -> history.check(false))
                .isInstanceOfSatisfying(
                        Violation.class, found -> assertThat(found.invariant()).isEqualTo("R1"));
    }

    @Test
    @DisplayName("is not explained where an effect was seen of what was refused, or never applied")
    void phantoms() {
        history.failed(put("a"), Outcome.NOT_APPLIED, 0);
        read("a");

        assertThatThrownBy(() -> history.check(false)).isInstanceOf(Violation.class);
    }
}
