package io.balsa.raft.runtime;

import static io.balsa.raft.runtime.SteppedNode.bytes;
import static io.balsa.raft.runtime.SteppedNode.failureOf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.balsa.raft.NodeStoppedException;
import io.balsa.raft.OutcomeUnknownException;
import io.balsa.raft.StateMachine;
import io.balsa.raft.storage.EntryKind;
import io.balsa.raft.storage.EntryRun;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("The apply agent")
class ApplyAgentTest {

    private record Range(long from, long to) {}

    private final SteppedNode.Recorder recorder = new SteppedNode.Recorder();
    private final ByteBudget budget = new ByteBudget(1 << 20);
    private final List<Range> loads = new ArrayList<>();
    private int answeredReads;

    private ApplyAgent agent(StateMachine stateMachine, CommittedEntries committed, Executor executor) {
        return new ApplyAgent(
                StateWithoutSnapshots.of(stateMachine),
                committed,
                (from, to, maxBytes) -> loads.add(new Range(from, to)),
                new Completer(executor),
                budget,
                Probe.NONE);
    }

    private ApplyAgent agent(CommittedEntries committed) {
        return agent(recorder, committed, Runnable::run);
    }

    private static EntryRun run(long first, long last) {
        return EntryRun.of(
                first,
                1,
                EntryKind.COMMAND,
                LongStream.rangeClosed(first, last)
                        .mapToObj(index -> bytes("c" + index))
                        .toList());
    }

    private static void runAll(ApplyAgent agent) {
        while (agent.hasWork()) {
            agent.doWork();
        }
    }

    private Proposal proposal() {
        Proposal proposal = new Proposal(bytes("x"));
        assertThat(budget.tryTake(proposal.sizeBytes())).isTrue();
        return proposal;
    }

    private <T> PendingRead<T> read(java.util.function.LongFunction<T> query) {
        return new PendingRead<>(query, new CompletableFuture<>(), () -> answeredReads++, 0, false);
    }

    private static List<String> commands(long last) {
        return LongStream.rangeClosed(1, last)
                .mapToObj(index -> index + ":c" + index)
                .toList();
    }

    @Test
    @DisplayName("applies every entry once, in order, whether it comes from memory or from the storage")
    void onceAndInOrder() {
        SplittableRandom random = new SplittableRandom(11);
        CommittedEntries committed = new CommittedEntries(200);
        ApplyAgent agent = agent(committed);
        long commit = 0;
        for (int round = 0; round < 2000; round++) {
            if (random.nextInt(3) > 0) {
                long first = Math.max(1, commit - random.nextInt(3));
                long last = commit + 1 + random.nextInt(4);
                long until = commit + 1 + random.nextLong(last - commit);
                committed.loadableUpTo(random.nextBoolean() ? last : commit);
                committed.commit(until, random.nextInt(4) == 0 ? List.of() : List.of(run(first, last)));
                commit = until;
            }
            agent.doWork();
            if (!loads.isEmpty() && random.nextBoolean()) {
                Range wanted = loads.remove(0);
                assertThat(wanted.to).isLessThanOrEqualTo(commit);
                agent.onLoaded(List.of(run(wanted.from, wanted.from + random.nextLong(wanted.to - wanted.from + 1))));
            }
            assertThat(loads).hasSizeLessThanOrEqualTo(1);
        }
        committed.loadableUpTo(commit);
        for (runAll(agent); !loads.isEmpty(); runAll(agent)) {
            Range wanted = loads.remove(0);
            agent.onLoaded(List.of(run(wanted.from, wanted.to)));
        }

        assertThat(agent.appliedIndex()).isEqualTo(commit).isGreaterThan(1000);
        assertThat(recorder.applied).isEqualTo(commands(commit));
    }

    @Test
    @DisplayName("has one load under way at most, and waits for entries that the storage does not have yet")
    void oneLoadAtATime() {
        CommittedEntries committed = new CommittedEntries(100);
        ApplyAgent agent = agent(committed);
        committed.commit(5, List.of());
        assertThat(agent.hasWork()).isFalse();

        committed.loadableUpTo(3);
        assertThat(agent.hasWork()).isTrue();
        agent.doWork();
        agent.doWork();
        assertThat(agent.hasWork()).isFalse();
        assertThat(loads).containsExactly(new Range(1, 3));
        agent.onLoaded(List.of(run(1, 2)));
        runAll(agent);

        assertThat(recorder.applied).isEqualTo(commands(2));
        assertThat(loads).containsExactly(new Range(1, 3), new Range(3, 3));
    }

    @Test
    @DisplayName("answers each proposer of a batch that spans runs, and gives back its bytes")
    void answersAcrossRuns() {
        CommittedEntries committed = new CommittedEntries(10_000);
        ApplyAgent agent = agent(committed);
        List<Proposal> proposals =
                IntStream.rangeClosed(1, 7).mapToObj(i -> proposal()).toList();
        agent.expect(new PendingBatch(1, 1, proposals.subList(0, 5)));
        agent.expect(new PendingBatch(6, 1, proposals.subList(5, 7)));

        committed.commit(6, List.of(run(1, 2), run(3, 8)));
        runAll(agent);
        assertThat(proposals.get(5).future()).isCompleted();
        assertThat(proposals.get(6).future()).isNotDone();
        committed.commit(8, List.of(run(3, 8)));
        runAll(agent);

        for (int i = 0; i < proposals.size(); i++) {
            long index = i + 1L;
            assertThat(proposals.get(i).future())
                    .isCompletedWithValueMatching(applied -> applied.index() == index
                            && applied.term() == 1
                            && new String(applied.result(), java.nio.charset.StandardCharsets.UTF_8)
                                    .equals("c" + index));
        }
        assertThat(budget.used()).isZero();
    }

    @Test
    @DisplayName("serves reads between two parts, as soon as their index is applied, and not before")
    void readsWaitForTheirIndex() {
        CommittedEntries committed = new CommittedEntries(10_000);
        ApplyAgent agent = agent(committed);
        PendingRead<Integer> atThree = read(index -> recorder.applied.size());
        PendingRead<Integer> atOne = read(index -> recorder.applied.size());
        PendingRead<Integer> local = read(index -> recorder.applied.size());
        agent.readAt(3, atThree);
        agent.readAt(1, atOne);
        agent.doWork();
        committed.commit(4, List.of(run(1, 1), run(2, 3), run(4, 4)));

        agent.doWork();
        agent.readAt(0, local);
        assertThat(atOne.future()).isCompletedWithValue(1);
        assertThat(atThree.future()).isNotDone();
        agent.doWork();
        assertThat(atThree.future()).isCompletedWithValue(3);
        assertThat(local.future()).isCompletedWithValue(3);
        assertThat(answeredReads).isEqualTo(3);
    }

    @Test
    @DisplayName("gives a query's exception, or error, to whoever asked, and goes on")
    void throwingQuery() {
        ApplyAgent agent = agent(new CommittedEntries(100));
        IllegalStateException exception = new IllegalStateException("mine");
        AssertionError error = new AssertionError("mine too");
        PendingRead<String> throwing = read(index -> {
            throw exception;
        });
        PendingRead<String> failing = read(index -> {
            throw error;
        });
        PendingRead<String> well = read(index -> "well");
        agent.readAt(0, throwing);
        agent.readAt(0, failing);
        agent.readAt(0, well);

        agent.doWork();

        assertThat(failureOf(throwing.future())).isSameAs(exception);
        assertThat(failureOf(failing.future())).isSameAs(error);
        assertThat(well.future()).isCompletedWithValue("well");
        assertThat(answeredReads).isEqualTo(3);
    }

    @Test
    @DisplayName("fails when the state machine throws or answers null, and answers who waits when it stops")
    void failingStateMachine() {
        List<StateMachine> faulty = List.of(command -> noResult(), command -> {
            throw new IllegalArgumentException("no such command");
        });
        for (StateMachine stateMachine : faulty) {
            CommittedEntries committed = new CommittedEntries(10_000);
            ApplyAgent agent = agent(stateMachine, committed, Runnable::run);
            Proposal hit = proposal();
            Proposal behind = proposal();
            PendingRead<String> read = read(index -> "never");
            agent.expect(new PendingBatch(1, 1, List.of(hit, behind)));
            agent.readAt(1, read);
            committed.commit(2, List.of(run(1, 2)));

            assertThatThrownBy(agent::doWork).isInstanceOf(RuntimeException.class);
            agent.onStop();

            assertThat(failureOf(hit.future())).isInstanceOf(OutcomeUnknownException.class);
            assertThat(failureOf(behind.future())).isInstanceOf(OutcomeUnknownException.class);
            assertThat(failureOf(read.future())).isInstanceOf(NodeStoppedException.class);
            assertThat(agent.appliedIndex()).isZero();
        }
        assertThat(budget.used()).isZero();
        assertThat(answeredReads).isEqualTo(2);
    }

    @SuppressWarnings("NullAway") // what a state machine must not do
    private static byte[] noResult() {
        return null;
    }

    @Test
    @DisplayName("answers at once whoever comes after its end")
    void afterTheEnd() {
        ApplyAgent agent = agent(new CommittedEntries(100));
        agent.onStop();
        Proposal proposal = proposal();
        PendingRead<String> read = read(index -> "never");
        List<String> answers = new ArrayList<>();

        agent.readAt(0, read);
        agent.expect(new PendingBatch(1, 1, List.of(proposal)));
        agent.answer(() -> answers.add("given"));

        assertThat(failureOf(read.future())).isInstanceOf(NodeStoppedException.class);
        assertThat(failureOf(proposal.future())).isInstanceOf(OutcomeUnknownException.class);
        assertThat(answers).containsExactly("given");
        assertThat(budget.used()).isZero();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    @DisplayName("answers by itself if the user's executor takes nothing any more, or is broken")
    void brokenExecutor(boolean rejects) {
        CommittedEntries committed = new CommittedEntries(10_000);
        ApplyAgent agent = agent(recorder, committed, task -> fail(rejects));
        Proposal proposal = proposal();
        PendingRead<String> read = read(index -> "read");
        agent.expect(new PendingBatch(1, 1, List.of(proposal)));
        agent.readAt(1, read);
        committed.commit(1, List.of(run(1, 1)));

        runAll(agent);

        assertThat(proposal.future()).isCompleted();
        assertThat(read.future()).isCompletedWithValue("read");
        assertThat(budget.used()).isZero();
    }

    private static void fail(boolean rejects) {
        if (rejects) {
            throw new RejectedExecutionException("closed");
        }
        throw new OutOfMemoryError("unable to create a thread, as a pool says it");
    }
}
