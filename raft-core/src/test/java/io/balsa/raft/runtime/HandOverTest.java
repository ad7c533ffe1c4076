package io.balsa.raft.runtime;

import static io.balsa.raft.runtime.SteppedNode.ONE;
import static io.balsa.raft.runtime.SteppedNode.THREE;
import static io.balsa.raft.runtime.SteppedNode.TWO;
import static io.balsa.raft.runtime.SteppedNode.append;
import static io.balsa.raft.runtime.SteppedNode.at;
import static io.balsa.raft.runtime.SteppedNode.bytes;
import static io.balsa.raft.runtime.SteppedNode.failureOf;
import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.raft.Applied;
import io.balsa.raft.NotLeaderException;
import io.balsa.raft.Outcome;
import io.balsa.raft.OutcomeUnknownException;
import io.balsa.raft.RaftConfig;
import io.balsa.raft.message.AppendEntriesAccepted;
import io.balsa.raft.message.RequestVoteReply;
import io.balsa.raft.storage.EntryKind;
import io.balsa.raft.storage.EntryRun;
import io.balsa.raft.storage.LogPosition;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What goes from the consensus agent to the apply agent, at the moments at which it could go wrong. */
@DisplayName("Between consensus and apply")
class HandOverTest {

    /** So little room that hardly anything is handed over in memory. */
    private static final RaftConfig NO_ROOM =
            SteppedNode.config().maxCommandBytes(60).maxPendingBytes(60).build();

    @Test
    @DisplayName("an entry that was replaced is never loaded in the place of the one that was committed")
    void neverLoadsWhatWasReplaced() {
        try (SteppedNode follower = new SteppedNode(3, NO_ROOM).start()) {
            follower.receive(append(1, TWO, LogPosition.ZERO, 1, "first"));
            follower.receive(append(1, TWO, at(1, 1), 1, "old", "old"));
            // From now on the apply agent and what it needs are quick, and the disk is slow.
            follower.agents.makeEager("apply", "load");

            follower.transport.receive(append(2, THREE, at(1, 1), 3, "new", "new"));
            follower.agents.step("consensus");

            assertThat(follower.recorder.applied).doesNotContain("2:old");
            follower.agents.runAll();
            assertThat(follower.recorder.applied).containsExactly("1:first", "2:new", "3:new");
        }
    }

    @Test
    @DisplayName("a part that reaches further than the commit index first seen loses nobody's answer")
    void answersWhatIsCommittedMeanwhile() {
        SteppedNode.Recorder recorder = new SteppedNode.Recorder();
        CommittedEntries committed = new CommittedEntries(1000);
        ByteBudget budget = new ByteBudget(1000);
        ApplyAgent agent = new ApplyAgent(
                StateWithoutSnapshots.of(recorder),
                committed,
                (from, to, maxBytes) -> {},
                new Completer(Runnable::run),
                budget,
                Probe.NONE);
        EntryRun run = EntryRun.of(1, 1, EntryKind.COMMAND, List.of(bytes("a"), bytes("b"), bytes("c")));
        Proposal late = new Proposal(bytes("c"));
        committed.loadableUpTo(2);
        committed.commit(2, List.of());
        agent.doWork();
        agent.onLoaded(List.of(run.slice(1, 1)));
        recorder.before = () -> {
            if (recorder.applied.isEmpty()) {
                agent.expect(new PendingBatch(3, 1, List.of(late)));
                committed.commit(3, List.of(run));
            }
        };

        while (agent.hasWork()) {
            agent.doWork();
        }

        assertThat(recorder.applied).containsExactly("1:a", "2:b", "3:c");
        assertThat(late.future()).isCompleted();
    }

    @Test
    @DisplayName("who proposed what another leader has replaced is not told that it was done")
    void notTheFutureOfAnother() {
        try (SteppedNode node = new SteppedNode(3).start().lead()) {
            CompletableFuture<Applied> kept = node.propose("kept");
            node.agents.runAll();
            CompletableFuture<Applied> replaced = node.propose("mine");
            CompletableFuture<Applied> replacedToo = node.propose("mine too");
            CompletableFuture<Applied> cut = node.propose("mine as well");
            node.agents.runAll();

            // In one duty cycle: a new leader has the first, replaces the second and third, and has committed all that.
            long term = node.status().term() + 1;
            node.transport.receive(append(term, THREE, at(2, term - 1), 4, "other", "other too"));
            node.agents.runAll();

            assertThat(kept).isCompletedWithValueMatching(applied -> applied.index() == 2);
            assertThat(failureOf(replaced)).isInstanceOfSatisfying(NotLeaderException.class, e -> {
                assertThat(e.outcome()).isEqualTo(Outcome.NOT_APPLIED);
                assertThat(e.leader().orElseThrow().id()).isEqualTo(THREE);
            });
            assertThat(failureOf(replacedToo)).isInstanceOf(NotLeaderException.class);
            assertThat(failureOf(cut)).isInstanceOf(OutcomeUnknownException.class);
            assertThat(node.recorder.applied).containsExactly("2:kept", "3:other", "4:other too");
            assertThat(node.running().pendingBytes()).isZero();
        }
    }

    @Test
    @DisplayName("what is committed when the state machine has failed already is answered all the same")
    void answersAfterTheStateMachineFailed() {
        try (SteppedNode node = new SteppedNode(3).start().lead()) {
            CompletableFuture<Applied> first = node.propose("first");
            node.agents.runAll();
            node.recorder.before = () -> {
                throw new IllegalStateException("a fault of the application");
            };
            CompletableFuture<Applied> second = node.propose("second");
            node.agents.step("consensus");
            node.agents.step("log");
            node.agents.makeSlowToStop("consensus");

            // The first is committed in time, the second when nothing is applied any more.
            node.transport.receive(new AppendEntriesAccepted(1, TWO, ONE, 2));
            node.agents.step("consensus");
            node.agents.step("apply");
            node.transport.receive(new AppendEntriesAccepted(1, TWO, ONE, 3));
            node.agents.step("consensus");

            assertThat(failureOf(first)).isInstanceOf(OutcomeUnknownException.class);
            assertThat(failureOf(second)).isInstanceOf(OutcomeUnknownException.class);
            assertThat(node.running().pendingBytes()).isZero();
        }
    }

    @Test
    @DisplayName("a proposal that the core was told of is answered when the transport breaks its word")
    void answersWhenConsensusFails() {
        try (SteppedNode node = new SteppedNode(3).start().lead()) {
            node.transport.fail("send");

            CompletableFuture<Applied> proposed = node.propose("x");
            node.agents.runAll();

            assertThat(failureOf(proposed)).isInstanceOf(OutcomeUnknownException.class);
            assertThat(node.running().pendingBytes()).isZero();
            assertThat(node.node.terminated()).isCompletedExceptionally();
        }
    }

    @Test
    @DisplayName("a leader that lost its office and won it again does not take the old proposals for its own")
    void secondTerm() {
        try (SteppedNode node = new SteppedNode(3).start().lead()) {
            CompletableFuture<Applied> old = node.propose("old");
            node.agents.runAll();
            long term = node.status().term();

            node.receive(new RequestVoteReply(term + 1, THREE, ONE, false));
            assertThat(failureOf(old)).isInstanceOf(OutcomeUnknownException.class);
            node.elect().acknowledge();

            assertThat(node.recorder.applied).containsExactly("2:old");
            assertThat(node.running().pendingBytes()).isZero();
        }
    }
}
