package io.balsa.raft.runtime;

import static io.balsa.raft.runtime.SteppedNode.failureOf;
import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.raft.Applied;
import io.balsa.raft.Divergence;
import io.balsa.raft.OutcomeUnknownException;
import io.balsa.raft.StateDivergedException;
import io.balsa.raft.cluster.NodeId;
import io.balsa.raft.divergence.HashSpan;
import io.balsa.raft.storage.EntryKind;
import io.balsa.raft.storage.EntryRun;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.LongStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A server in quarantine")
class QuarantineTest {

    private static final Divergence DIVERGENCE = new Divergence(NodeId.of(1), 3, 3, 8);

    private final SteppedNode.Recorder recorder = new SteppedNode.Recorder();
    private final ApplyAgent.State state = StateWithoutSnapshots.of(recorder);
    private final Quarantine quarantine = state.quarantine();
    private final ByteBudget budget = new ByteBudget(1 << 20);
    private final CommittedEntries committed = new CommittedEntries(1 << 20);
    private final ApplyAgent agent = new ApplyAgent(
            state, committed, (from, to, maxBytes) -> {}, new Completer(Runnable::run), budget, Probe.NONE);

    private void work() {
        while (agent.hasWork()) {
            agent.doWork();
        }
    }

    @Test
    @DisplayName("applies nothing, and tells whoever proposed something that nobody here knows what came of it")
    void appliesNothing() {
        Proposal proposal = new Proposal(new byte[] {1});
        assertThat(budget.tryTake(proposal.sizeBytes())).isTrue();
        quarantine.impose(quarantine.life(), DIVERGENCE);

        agent.expect(new PendingBatch(1, 1, List.of(proposal)));
        committed.commit(1, List.of(EntryRun.of(1, 1, EntryKind.COMMAND, List.of(new byte[] {1}))));
        work();

        CompletableFuture<Applied> future = proposal.future();
        assertThat(failureOf(future)).isInstanceOf(OutcomeUnknownException.class);
        assertThat(recorder.applied).isEmpty();
        assertThat(budget.used()).isZero();
        assertThat(agent.nanosToDeadline()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    @DisplayName("turns away the reads that wait for an entry that is not applied any more")
    void turnsReadsAway() {
        CompletableFuture<String> future = new CompletableFuture<>();
        agent.readAt(5, new PendingRead<>(index -> "read", future, () -> {}, 0, false));
        work();
        assertThat(future).isNotDone();

        quarantine.impose(quarantine.life(), DIVERGENCE);
        work();

        assertThat(failureOf(future)).isInstanceOf(StateDivergedException.class);
    }

    @Test
    @DisplayName("is put there once, for the state that it has, not for one that it had")
    void forTheStateItHas() {
        long life = quarantine.life();
        assertThat(quarantine.impose(life + 1, DIVERGENCE)).isFalse();
        assertThat(quarantine.impose(life, DIVERGENCE)).isTrue();
        assertThat(quarantine.impose(life, DIVERGENCE)).isFalse();
        assertThat(quarantine.divergence()).hasValue(DIVERGENCE);

        quarantine.lift();

        assertThat(quarantine.divergence()).isEmpty();
        assertThat(quarantine.impose(life, DIVERGENCE)).isFalse();
    }

    @Test
    @DisplayName("gives away snapshots from before the difference only")
    void givesAwayOldSnapshots() {
        assertThat(quarantine.allowsSnapshot(1000)).isTrue();

        quarantine.impose(quarantine.life(), DIVERGENCE);

        assertThat(quarantine.allowsSnapshot(2)).isTrue();
        assertThat(quarantine.allowsSnapshot(3)).isFalse();
    }

    @Test
    @DisplayName("or not, holds the latest checkpoints only, however long nobody takes them")
    void latestCheckpoints() {
        LatestCheckpoints latest = new LatestCheckpoints();
        assertThat(latest.takeAll()).isEmpty();

        LongStream.rangeClosed(1, 100).forEach(i -> latest.put(new Checkpoint(1, 8 * i, i, HashSpan.of(8 * i, i))));

        assertThat(latest.takeAll())
                .extracting(Checkpoint::index)
                .containsExactly(744L, 752L, 760L, 768L, 776L, 784L, 792L, 800L);
        assertThat(latest.isEmpty()).isTrue();
    }
}
