package io.balsa.raft.testkit.linearizability;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A history")
class HistoryTest {

    private final History<String, String> history = new History<>();

    @Test
    @DisplayName("holds the operations in the order of their invocations, with their answers")
    void holdsOperations() {
        long first = history.invoke("a", "ask", 10);
        long second = history.invoke("b", "ask", 10);
        history.complete(second, "yes", 20);
        history.complete(first, "no", 20);

        assertThat(history.operations())
                .containsExactly(
                        new Operation<>("a", "ask", Optional.of("no"), 1, 4, 10, 20),
                        new Operation<>("b", "ask", Optional.of("yes"), 2, 3, 10, 20));
    }

    @Test
    @DisplayName("lets an operation that is unknown or pending return never")
    void unknownReturnsNever() {
        history.unknown(history.invoke("a", "ask", 10));
        history.invoke("a", "ask again", 11);

        assertThat(history.operations())
                .allSatisfy(operation -> {
                    assertThat(operation.output()).isEmpty();
                    assertThat(operation.end()).isEqualTo(Operation.NEVER);
                })
                .extracting(Operation::toString)
                .containsExactly("a: ask -> unknown [10..]", "a: ask again -> unknown [11..]");
    }

    @Test
    @DisplayName("drops an operation that has certainly failed")
    void failedIsDropped() {
        history.failed(history.invoke("a", "ask", 10));

        assertThat(history.operations()).isEmpty();
    }

    @Test
    @DisplayName("lets a client do one thing after the other only")
    void oneAtATime() {
        history.invoke("a", "ask", 10);

        assertThatThrownBy(() -> history.invoke("a", "ask more", 11))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("a invokes ask more before the end of a: ask");
    }

    @Test
    @DisplayName("lets an operation end once, and none that never began")
    void endsOnce() {
        long completed = history.invoke("a", "ask", 10);
        history.complete(completed, "yes", 11);
        long unknown = history.invoke("a", "ask", 12);
        history.unknown(unknown);
        long failed = history.invoke("a", "ask", 13);
        history.failed(failed);

        for (long id : new long[] {completed, unknown, failed, 99}) {
            assertThatThrownBy(() -> history.complete(id, "late", 20)).isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(() -> history.unknown(id)).isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(() -> history.failed(id)).isInstanceOf(IllegalStateException.class);
        }
        assertThat(history.operations()).hasSize(2);
    }

    @Test
    @DisplayName("does not let time go back")
    void timeGoesOn() {
        long id = history.invoke("a", "ask", 10);

        assertThatThrownBy(() -> history.complete(id, "yes", 9))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("time goes back from 10 to 9");
        assertThatThrownBy(() -> history.invoke("b", "ask", 9)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    @DisplayName("goes on after a call that was refused as if it had not been made")
    void refusalsLeaveNoTrace() {
        long id = history.invoke("a", "ask", 10);
        assertThatThrownBy(() -> history.complete(id, "yes", 9)).isInstanceOf(IllegalArgumentException.class);

        history.complete(id, "yes", 10);

        assertThat(history.operations()).containsExactly(new Operation<>("a", "ask", Optional.of("yes"), 1, 2, 10, 10));
    }
}
