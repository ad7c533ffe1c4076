package io.balsa.raft.testkit.coverage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.balsa.raft.cluster.ChangeRefusal;
import io.balsa.raft.cluster.RaftRole;
import io.balsa.raft.core.Input;
import io.balsa.raft.core.Notice;
import io.balsa.raft.message.AfterSync;
import io.balsa.raft.message.Message;
import io.balsa.raft.message.NodeMessage;
import io.balsa.raft.session.SessionAnswer;
import io.balsa.raft.session.SessionRefusal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("Coverage")
class CoverageTest {

    private final Coverage coverage = new Coverage();

    @Test
    @DisplayName("misses every floor, and every mark, of a run that did nothing")
    void missesAll() {
        assertThat(coverage.missing(2_000))
                .extracting(Coverage.Shortfall::counter)
                .contains(Counter.ELECTIONS_WON, Counter.FIGURE_8, Counter.LIVENESS_RUN)
                .contains(Counter.SNAPSHOTS_TAKEN, Counter.TRANSFERS, Counter.DUPLICATES_SUPPRESSED)
                .doesNotContain(Counter.LIVENESS_INCONCLUSIVE);
        assertThat(coverage.dead()).contains(Mark.SENT_READ_REPLY, Mark.ROLE_LEADER);
    }

    @ParameterizedTest(name = "{0} elections in {1} seeds: missed is {2}")
    @DisplayName("scales a floor with the number of seeds, and demands nothing where that leaves less than five")
    @CsvSource({"4999,2000,true", "5000,2000,false", "2,1,true", "3,1,false", "24,10,true", "25,10,false"})
    void scalesFloors(long elections, long seeds, boolean missed) {
        coverage.count(Counter.ELECTIONS_WON, elections);

        boolean demanded = 5_000 * seeds >= 5 * 2_000;
        assertThat(coverage.missing(seeds).stream().anyMatch(one -> one.counter() == Counter.ELECTIONS_WON))
                .isEqualTo(missed && demanded);
    }

    @ParameterizedTest(name = "{0} inconclusive in {1} seeds: missed is {2}")
    @DisplayName("lets fewer than one seed in a hundred be inconclusive, and four in a short sweep")
    @CsvSource({"19,2000,false", "20,2000,true", "4,50,false", "5,50,true"})
    void hasACeiling(long inconclusive, long seeds, boolean missed) {
        coverage.count(Counter.LIVENESS_INCONCLUSIVE, inconclusive);

        assertThat(coverage.missing(seeds).stream().anyMatch(one -> one.counter() == Counter.LIVENESS_INCONCLUSIVE))
                .isEqualTo(missed);
    }

    @Test
    @DisplayName("says what was counted, what should have been, and what cannot be seen")
    void says() {
        coverage.count(Counter.ELECTIONS_WON, 7);
        coverage.count(Counter.RESTARTS);
        coverage.see(Mark.ROLE_LEADER);

        assertThat(coverage.line()).isEqualTo("elections-won=7 restarts=1");
        assertThat(coverage.missing(2_000).get(0)).hasToString("elections won: 7, but should be at least 5000");
        assertThat(coverage.table(2_000))
                .containsPattern("elections won +7 +>= 5000 +MISSED")
                .containsPattern("change refusal too many members +not of the simulated world")
                .containsPattern("role follower +0 +NEVER SEEN")
                .doesNotContain("role leader");
    }

    @Test
    @DisplayName("adds up the runs of a sweep")
    void addsUp() {
        Coverage other = new Coverage();
        other.count(Counter.RESTARTS, 2);
        other.see(Mark.INPUT_LOADED);
        coverage.count(Counter.RESTARTS);
        coverage.add(other);

        assertThat(coverage.of(Counter.RESTARTS)).isEqualTo(3);
        assertThat(coverage.of(Mark.INPUT_LOADED)).isEqualTo(1);
    }

    @Test
    @DisplayName("counts nothing backwards")
    void refusesNegative() {
        assertThatThrownBy(() -> coverage.count(Counter.RESTARTS, -1)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    @DisplayName(
            "has a mark for every kind of input, notice, refusal, message, role and session's answer, and for nothing else")
    void marksEveryKind() {
        List<String> kinds = new ArrayList<>();
        for (Class<?> input : Input.class.getPermittedSubclasses()) {
            kinds.add(mark("INPUT", input.getSimpleName()));
        }
        for (Class<?> notice : Notice.class.getPermittedSubclasses()) {
            kinds.add(mark("NOTICE", notice.getSimpleName()));
        }
        for (Class<?> message : messages()) {
            kinds.add(mark("SENT", message.getSimpleName()));
            kinds.add(mark("RECEIVED", message.getSimpleName()));
        }
        Arrays.stream(Notice.Refusal.values()).forEach(refusal -> kinds.add("REFUSAL_" + refusal));
        Arrays.stream(ChangeRefusal.values()).forEach(refusal -> kinds.add("CHANGE_REFUSAL_" + refusal));
        Arrays.stream(RaftRole.values()).forEach(role -> kinds.add("ROLE_" + role));
        for (Class<?> answer : SessionAnswer.class.getPermittedSubclasses()) {
            kinds.add(mark("SESSION", answer.getSimpleName()));
        }
        Arrays.stream(SessionRefusal.values()).forEach(refusal -> kinds.add("SESSION_REFUSAL_" + refusal));

        assertThat(Mark.values()).extracting(Mark::name).containsExactlyInAnyOrderElementsOf(kinds);
    }

    private static List<Class<?>> messages() {
        List<Class<?>> messages = new ArrayList<>(Arrays.asList(Message.class.getPermittedSubclasses()));
        messages.remove(AfterSync.class);
        messages.remove(NodeMessage.class);
        messages.addAll(Arrays.asList(AfterSync.class.getPermittedSubclasses()));
        messages.addAll(Arrays.asList(NodeMessage.class.getPermittedSubclasses()));
        return messages;
    }

    private static String mark(String prefix, String name) {
        return prefix + name.replaceAll("([A-Z])", "_$1").toUpperCase(java.util.Locale.ROOT);
    }
}
