package io.balsa.raft.testkit.workload;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The ledger of what clients are told")
class LedgerTest {

    private final Ledger ledger = new Ledger(Words::of);

    @Test
    @DisplayName("keeps any exception of whoever looks at an answer, which a future would swallow")
    void keepsExceptions() {
        ledger.look(() -> {
            throw new IllegalStateException("not thought of");
        });

        assertThat(ledger.violation())
                .hasValueSatisfying(found ->
                        assertThat(found).hasMessageStartingWith("A1: ").hasMessageContaining("not thought of"));
    }

    @Test
    @DisplayName("does not take an exception that the library does not promise for an unknown outcome")
    void knowsAnswers() {
        byte[] command = "p k v".getBytes(UTF_8);
        ledger.propose(command);

        ledger.look(() -> ledger.onFailed(command, new NullPointerException("escaped")));

        assertThat(ledger.violation())
                .hasValueSatisfying(found ->
                        assertThat(found).hasMessageStartingWith("A1: ").hasMessageContaining("escaped"));
        assertThat(ledger.answers().of(Answers.Kind.UNKNOWN)).isZero();
    }
}
