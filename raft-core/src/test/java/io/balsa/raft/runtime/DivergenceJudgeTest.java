package io.balsa.raft.runtime;

import static io.balsa.raft.runtime.SteppedNode.ONE;
import static io.balsa.raft.runtime.SteppedNode.THREE;
import static io.balsa.raft.runtime.SteppedNode.TWO;
import static io.balsa.raft.runtime.SteppedNode.voters;
import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.raft.Divergence;
import io.balsa.raft.cluster.NodeId;
import io.balsa.raft.divergence.HashSpan;
import io.balsa.raft.divergence.Verdict;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The leader, comparing what state machines have come to,")
class DivergenceJudgeTest implements DivergenceJudge.Officer {

    private static final long PATIENCE = 100;
    private static final Divergence DIVERGENCE = new Divergence(THREE, 3, 3, 4);

    private final List<String> done = new ArrayList<>();
    private final DivergenceJudge judge = new DivergenceJudge(voters(1, 2, 3), 4, PATIENCE, this);
    private long nowNanos = 1000;

    @Override
    public void ask(NodeId server, long checkpoint) {
        done.add("ask " + server.value());
    }

    @Override
    public void tell(long life, Divergence divergence) {
        done.add("tell " + divergence.server().value() + " of " + divergence.firstIndex());
    }

    @Override
    public void found(Divergence divergence) {
        done.add("found " + divergence.server().value());
    }

    @Override
    public void undecidable(Verdict.Undecidable verdict) {
        done.add("undecidable at " + verdict.checkpoint());
    }

    /** At checkpoint 4 the third differs, from the third entry on. */
    private void report() {
        judge.onReport(ONE, 1, 4, 44, nowNanos);
        judge.onReport(TWO, 2, 4, 44, nowNanos);
        judge.onReport(THREE, 3, 4, 66, nowNanos);
    }

    private void tellHashes() {
        judge.onSpan(ONE, 1, HashSpan.of(1, 11, 22, 33, 44));
        judge.onSpan(THREE, 3, HashSpan.of(1, 11, 22, 55, 66));
    }

    private List<String> takeDone() {
        List<String> taken = List.copyOf(done);
        done.clear();
        return taken;
    }

    private void look(long nanosLater) {
        nowNanos += nanosLater;
        judge.look(nowNanos);
    }

    @Test
    @DisplayName("asks all how they came there, says who differs, and tells it until it has heard")
    void convicts() {
        report();
        assertThat(takeDone()).containsExactly("ask 1", "ask 2", "ask 3");
        assertThat(judge.trusts(THREE)).isFalse();

        tellHashes();
        assertThat(takeDone()).containsExactly("found 3", "tell 3 of 3");
        assertThat(judge.divergences()).containsExactly(DIVERGENCE);

        look(PATIENCE);
        look(PATIENCE - 1);
        assertThat(takeDone()).containsExactly("tell 3 of 3");
        judge.onConfession(3, DIVERGENCE);
        look(PATIENCE);
        assertThat(takeDone()).isEmpty();
    }

    @Test
    @DisplayName("says what it knows if nobody tells the hashes in time")
    void convictsWithoutHashes() {
        report();
        look(PATIENCE - 1);
        takeDone();

        look(1);

        assertThat(takeDone()).startsWith("found 3", "tell 3 of 1");
        assertThat(judge.divergences()).containsExactly(new Divergence(THREE, 1, 4, 4));
    }

    @Test
    @DisplayName("takes no hashes of another state of a server for those of the one that differs")
    void hashesOfAnotherLife() {
        report();
        takeDone();

        judge.onSpan(THREE, 4, HashSpan.of(1, 11, 22, 55, 66));
        judge.onSpan(ONE, 1, HashSpan.of(1, 11, 22, 33, 44));

        assertThat(takeDone()).isEmpty();
    }

    @Test
    @DisplayName("forgets what it held against a server as soon as that has another state")
    void forgetsAnEarlierLife() {
        report();
        tellHashes();
        takeDone();

        judge.onReport(THREE, 4, 4, 44, nowNanos);
        look(PATIENCE);

        assertThat(judge.divergences()).isEmpty();
        assertThat(judge.trusts(THREE)).isTrue();
        assertThat(takeDone()).isEmpty();
    }

    @Test
    @DisplayName("hears from a server in quarantine that it is there, and asks nothing more of it")
    void hearsConfessions() {
        judge.onConfession(3, DIVERGENCE);
        report();

        assertThat(judge.divergences()).containsExactly(DIVERGENCE);
        assertThat(done).isEmpty();
    }

    @Test
    @DisplayName("waits for who may decide it before it says that nobody can, and says it once")
    void undecidable() {
        judge.onReport(ONE, 1, 4, 44, nowNanos);
        judge.onReport(TWO, 2, 4, 55, nowNanos);
        look(PATIENCE - 1);
        assertThat(done).isEmpty();

        judge.onReport(THREE, 3, 4, 66, nowNanos);
        judge.onReport(ONE, 1, 8, 88, nowNanos);
        judge.onReport(TWO, 2, 8, 99, nowNanos);
        look(1);
        look(PATIENCE);

        assertThat(takeDone()).containsExactly("undecidable at 4");
    }

    @Test
    @DisplayName("forgets who is no member any more")
    void followsTheMembership() {
        report();
        tellHashes();

        judge.membership(voters(1, 2));
        judge.onConfession(3, DIVERGENCE);
        judge.onReport(THREE, 3, 8, 66, nowNanos);

        assertThat(judge.divergences()).isEmpty();
        assertThat(judge.trusts(THREE)).isTrue();
    }
}
