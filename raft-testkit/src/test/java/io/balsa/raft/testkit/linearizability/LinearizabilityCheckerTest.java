package io.balsa.raft.testkit.linearizability;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("The linearizability checker")
class LinearizabilityCheckerTest {

    private static final long LIMIT = 10_000;

    static List<Arguments> linearizable() {
        return List.of(
                history("nothing", ""),
                history("a read of what was never written", "|-get none-|"),
                history("one after the other", """
                        |-put 1-|           |-get 2-|
                                  |-put 2-|"""),
                history("a read beside a write that sees it, or does not", """
                        |-----put 1-----|
                         |-get 1-|
                         |-get none-|"""),
                history("a read that returns before the write it sees", """
                        |------put 1-------|
                         |-get 1-| |-get 1-|"""),
                history("writes side by side, in the order that reads see", """
                        |-put 1-|
                        |-put 2-|
                                  |-get 1-| |-get 1-|"""),
                history("writes side by side, in the other order", """
                        |-put 1-|
                        |-put 2-|
                                  |-get 2-| |-get 2-|"""),
                history("writes side by side, seen one after the other by two clients", """
                        |------------put 1----------|
                        |------------put 2----------|
                         |-get 1-|
                                  |-get 2-| |-get 2-|"""),
                history("a write of long ago that takes effect last", """
                        |-------------------put 1-------------------|
                         |-put 2-| |-get 2-| |-put 3-| |-get 3-|
                                                                  |-get 1-|"""),
                history("a failed cas beside the write that would have let it succeed", """
                        |---put 1---|
                        |-cas 1 2 no-| |-get 1-|"""),
                history("two cas of which one succeeds", """
                        |-put 1-| |-cas 1 2 ok-|
                                  |-cas 1 3 no-| |-get 2-|"""),
                history("two cas that both succeed, one after the other", """
                        |-put 1-| |-cas 1 2 ok-|
                                  |-cas 2 1 ok-| |-get 1-|"""),
                history("a cas that creates and one that deletes", """
                        |-cas none 1 ok-| |-get 1-| |-cas 1 none ok-| |-get none-|"""),
                history("a delete beside a read", """
                        |-put 1-| |---del---|
                                  |-get 1-|  |-get none-|"""),
                history("an unknown write seen at once", """
                        |-put 1-?
                                   |-get 1-|"""),
                history("an unknown write seen much later", """
                        |-put 1-?
                                  |-put 2-| |-get 2-| |-get 2-| |-get 1-|"""),
                history("an unknown write that is never seen", """
                        |-put 1-?
                                  |-get none-| |-put 2-| |-get 2-|"""),
                history("an unknown write that was overwritten unseen", """
                        |-put 1-?
                                  |-get none-| |-cas none 1 no-| |-put 2-| |-get 2-|"""),
                history("two unknown writes, seen in the other order", """
                        |-put 1-? |-put 2-?
                                            |-get 2-| |-get 1-|"""),
                history("an unknown cas that needs an unknown write", """
                        |-put 1-? |-cas 1 2-?
                                              |-get none-| |-get 2-|"""),
                history("two unknown writes of the same value, seen twice", """
                        |-put 1-? |-put 1-?
                                            |-get 1-| |-put 2-| |-get 1-|"""),
                history("an unknown delete", """
                        |-put 1-| |-del-? |-get 1-| |-get none-|"""),
                history("reads that nobody answered", """
                        |-get-? |-put 1-| |-get-? |-get 1-|"""),
                history("registers apart", """
                        |-put 1-|    |-get none @y-|
                        |-put 2 @y-?                 |-get 1-| |-get 2 @y-|"""));
    }

    static List<Arguments> notLinearizable() {
        return List.of(
                history("a value that nobody wrote", "|-put 1-| |-get 2-|"),
                history("a value before it is written", """
                        |-get 1-|
                                  |-put 1-|"""),
                history("a stale read", """
                        |-put 1-| |-put 2-|
                                            |-get 1-|"""),
                history("a lost update", """
                        |-put 1-|
                                  |-get none-|"""),
                history("an update of one client lost after the other's", """
                        |-put 1-|           |-get 1-|
                                  |-put 2-|"""),
                history("a read that goes back behind another client's", """
                        |---------put 1---------|
                         |-get 1-|
                                   |-get none-|"""),
                history("a value that flips and flops", """
                        |-put 1-|
                        |-put 2-|
                                  |-get 1-| |-get 2-| |-get 1-|"""),
                history("two clients that see concurrent writes in different orders", """
                        |-------put 1-------|
                        |-------put 2-------|
                          |-get 1-| |-get 2-|
                                              |-get 1-|"""),
                history("a long write seen, unseen and seen again", """
                        |--------------------put 1---------------------|
                         |-get 1-| |-put 2-| |-get 2-| |-get 1-|"""),
                history("two cas that both succeed", """
                        |-put 1-| |-cas 1 2 ok-|
                                  |-cas 1 3 ok-|"""),
                history("a cas that fails for no reason", "|-put 1-| |-cas 1 2 no-|"),
                history("a cas that succeeds for no reason", "|-put 1-| |-cas 2 3 ok-|"),
                history("a failed cas that has had an effect", """
                        |-put 1-| |-cas 3 2 no-| |-get 2-|"""),
                history("two creations", """
                        |-cas none 1 ok-|
                        |-cas none 2 ok-|"""),
                history("a value that survives its delete", "|-put 1-| |-del-| |-get 1-|"),
                history("a value that is gone, and deleted only later", """
                        |-put 1-| |-get none-|
                                               |-del-|"""),
                history("an unknown write that is seen and then gone", """
                        |-put 1-?
                                  |-get 1-| |-get none-|"""),
                history("an unknown write seen before it begins", """
                                  |-put 1-?
                        |-get 1-|"""),
                history("an unknown write that takes effect twice", """
                        |-put 1-?
                                  |-get 1-| |-put 2-| |-get 1-|"""),
                history("an unknown cas whose condition never held", """
                        |-cas 3 2-?
                                    |-put 1-| |-get 2-|"""),
                history("an unknown delete that is undone", """
                        |-put 1-| |-del-?
                                          |-get none-| |-get 1-|"""),
                history("one bad register among good ones", """
                        |-put 1-| |-get 1-| |-put 2 @y-| |-get none @y-| |-put 3 @z-|"""));
    }

    private static Arguments history(String name, String drawing) {
        return Arguments.of(name, drawing);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("linearizable")
    @DisplayName("accepts")
    void accepts(String name, String drawing) {
        Verdict verdict = LinearizabilityChecker.check(Histories.draw(drawing), new RegisterModel(), LIMIT);

        assertThat(verdict).as(name + "\n" + drawing).isInstanceOf(Verdict.Linearizable.class);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("notLinearizable")
    @DisplayName("rejects")
    void rejects(String name, String drawing) {
        Verdict verdict = LinearizabilityChecker.check(Histories.draw(drawing), new RegisterModel(), LIMIT);

        assertThat(verdict).as(name + "\n" + drawing).isInstanceOf(Verdict.NotLinearizable.class);
    }

    @Test
    @DisplayName("explains what does not fit: the partition, how far an order goes, and what cannot follow")
    void explains() {
        var history = Histories.draw("""
                |-put 1 @y-| |-get 1 @y-|   |-get 2 @x-|
                |-put 1 @x-|              |---put 2 @x---| |-get 1 @x-|""");

        Verdict verdict = LinearizabilityChecker.check(history, new RegisterModel(), LIMIT);

        assertThat(verdict.explanation()).isEqualTo("""
                not linearizable: partition 'x'
                longest order found, of 3 operations:
                  c1: put(x, 1) -> done [0..23]
                  c1: put(x, 2) -> done [52..83]
                  c0: get(x) -> 2 [56..79]
                it leaves Optional[2], where one of these must come next and none can:
                  c1: get(x) -> 1 [86..109]""");
    }

    @Test
    @DisplayName("admits that it does not know, if it may not take enough steps")
    void givesUp() {
        var history = Histories.draw("|-put 1-| |-put 2-| |-get 1-|");

        Verdict verdict = LinearizabilityChecker.check(history, new RegisterModel(), 2);

        assertThat(verdict).isEqualTo(new Verdict.Inconclusive("x", 2));
        assertThat(verdict.explanation()).contains("inconclusive", "'x'");
    }

    @Test
    @DisplayName("finds what is wrong with one register even if it has given up another")
    void findsWhatIsWrongElsewhere() {
        var history = Histories.draw("|-put 1 @a-| |-put 2 @a-| |-put 3 @a-| |-get 1 @b-|");

        Verdict verdict = LinearizabilityChecker.check(history, new RegisterModel(), 2);

        assertThat(verdict).isInstanceOf(Verdict.NotLinearizable.class);
    }

    @Test
    @DisplayName("wants to be allowed a step")
    void needsALimit() {
        assertThatThrownBy(() -> LinearizabilityChecker.check(Histories.draw(""), new RegisterModel(), 0))
                .isInstanceOf(IllegalArgumentException.class);
    }

    /** Counts; what is asked is what to add, and it is answered with the sum. */
    private static final class Counter implements Model<Integer, Integer, Integer> {

        @Override
        public Integer initial() {
            return 0;
        }

        @Override
        public Optional<Integer> step(Integer state, Integer input, Integer output) {
            return Optional.of(state + input).filter(output::equals);
        }

        @Override
        public Integer effect(Integer state, Integer input) {
            return state + input;
        }
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(ints = {0, 1, 20, 39, 40})
    @DisplayName("knows that of unknown operations that are alike any so many can have taken effect")
    void countsWhatIsAlike(int sum) {
        assertThat(LinearizabilityChecker.check(afterFortyUnknown(sum), new Counter(), LIMIT))
                .isInstanceOf(Verdict.Linearizable.class);
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(ints = {-1, 41})
    @DisplayName("knows that no more of them can have than there are")
    void countsNoFurther(int sum) {
        assertThat(LinearizabilityChecker.check(afterFortyUnknown(sum), new Counter(), LIMIT))
                .isInstanceOf(Verdict.NotLinearizable.class);
    }

    private static History<Integer, Integer> afterFortyUnknown(int sum) {
        History<Integer, Integer> history = new History<>();
        for (int i = 0; i < 40; i++) {
            history.unknown(history.invoke("c", 1, i));
        }
        history.complete(history.invoke("c", 0, 40), sum, 41);
        history.unknown(history.invoke("c", 1, 42));
        return history;
    }
}
