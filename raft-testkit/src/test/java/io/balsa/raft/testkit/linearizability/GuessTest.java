package io.balsa.raft.testkit.linearizability;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A guess at the order")
class GuessTest {

    private static final int WRITES = 16;
    private static final long LIMIT = 20_000;

    /** All writes are under way at the same time, and the first of them are answered last; reads see them one by one. */
    private static History<RegisterModel.Input, RegisterModel.Output> history(boolean guessed) {
        History<RegisterModel.Input, RegisterModel.Output> history = new History<>();
        long[] puts = new long[WRITES];
        for (int i = 0; i < WRITES; i++) {
            puts[i] = history.invoke("writer " + i, new RegisterModel.Put("k", "v" + i), 0);
        }
        for (int i = 0; i < WRITES; i++) {
            if (guessed) {
                history.guess(puts[i], 2L * i);
            }
            long get = history.invoke("reader", new RegisterModel.Get("k"), 0);
            if (guessed) {
                history.guess(get, 2L * i + 1);
            }
            history.complete(get, new RegisterModel.Value(Optional.of("v" + i)), 0);
        }
        for (int i = WRITES - 1; i >= 0; i--) {
            history.complete(puts[i], new RegisterModel.Done(), 0);
        }
        return history;
    }

    private static Verdict check(boolean guessed) {
        return LinearizabilityChecker.check(history(guessed), new RegisterModel(), LIMIT);
    }

    @Test
    @DisplayName("finds at once what else takes very long")
    void saves() {
        assertThat(check(false)).isInstanceOf(Verdict.Inconclusive.class);
        assertThat(check(true))
                .isInstanceOfSatisfying(
                        Verdict.Linearizable.class,
                        verdict -> assertThat(verdict.steps()).isEqualTo(2 * WRITES));
    }

    @Test
    @DisplayName("is not looked at by a search alone")
    void isLeftOut() {
        assertThat(LinearizabilityChecker.search(history(true), new RegisterModel(), LIMIT))
                .isInstanceOf(Verdict.Inconclusive.class);
    }

    @Test
    @DisplayName("may give a place to what nobody was answered, and leave the rest of that out")
    void unknownOutcomes() {
        History<RegisterModel.Input, RegisterModel.Output> history = new History<>();
        long lost = history.invoke("a", new RegisterModel.Put("k", "1"), 0);
        history.unknown(lost);
        history.unknown(history.invoke("b", new RegisterModel.Put("k", "2"), 0));
        long get = history.invoke("c", new RegisterModel.Get("k"), 0);
        history.complete(get, new RegisterModel.Value(Optional.of("1")), 0);
        history.guess(lost, 1);
        history.guess(get, 2);

        assertThat(LinearizabilityChecker.check(history, new RegisterModel(), LIMIT))
                .isEqualTo(new Verdict.Linearizable(2));
    }

    @Test
    @DisplayName("that goes against real time proves nothing")
    void againstTime() {
        History<RegisterModel.Input, RegisterModel.Output> history = new History<>();
        long get = history.invoke("a", new RegisterModel.Get("k"), 0);
        history.complete(get, new RegisterModel.Value(Optional.of("1")), 0);
        long put = history.invoke("b", new RegisterModel.Put("k", "1"), 0);
        history.complete(put, new RegisterModel.Done(), 0);
        history.guess(put, 1);
        history.guess(get, 2);

        assertThat(LinearizabilityChecker.check(history, new RegisterModel(), LIMIT))
                .isInstanceOf(Verdict.NotLinearizable.class);
    }

    @Test
    @DisplayName("that is wrong changes no verdict: neither of what is linearizable nor of what is not")
    void isHarmless() {
        assertThat(LinearizabilityChecker.check(guessedWrongly("1"), new RegisterModel(), LIMIT))
                .isInstanceOf(Verdict.Linearizable.class);
        assertThat(LinearizabilityChecker.check(guessedWrongly("3"), new RegisterModel(), LIMIT))
                .isInstanceOf(Verdict.NotLinearizable.class);
    }

    /** Of two writes, the one is guessed to be the last, and this is read in the end. */
    private static History<RegisterModel.Input, RegisterModel.Output> guessedWrongly(String read) {
        History<RegisterModel.Input, RegisterModel.Output> history = new History<>();
        long first = history.invoke("a", new RegisterModel.Put("k", "1"), 0);
        long second = history.invoke("b", new RegisterModel.Put("k", "2"), 0);
        history.guess(first, 1);
        history.guess(second, 2);
        history.complete(first, new RegisterModel.Done(), 0);
        history.complete(second, new RegisterModel.Done(), 0);
        long get = history.invoke("c", new RegisterModel.Get("k"), 0);
        history.guess(get, 3);
        history.complete(get, new RegisterModel.Value(Optional.of(read)), 0);
        return history;
    }
}
