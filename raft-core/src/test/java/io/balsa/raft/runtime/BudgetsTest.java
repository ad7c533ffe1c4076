package io.balsa.raft.runtime;

import static io.balsa.raft.runtime.LocalCluster.PATIENCE;
import static io.balsa.raft.runtime.SteppedNode.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.raft.storage.EntryKind;
import io.balsa.raft.storage.EntryRun;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The small things that count what waits. */
@DisplayName("What waits")
@Timeout(120)
class BudgetsTest {

    private static EntryRun run(long first, long last) {
        return EntryRun.of(
                first,
                1,
                EntryKind.COMMAND,
                LongStream.rangeClosed(first, last).mapToObj(i -> bytes(100)).toList());
    }

    @Test
    @DisplayName("is refused beyond the limit, but not if it would wait alone")
    void budget() {
        ByteBudget budget = new ByteBudget(100);

        assertThat(budget.tryTake(150)).isTrue();
        assertThat(budget.tryTake(1)).isFalse();
        budget.giveBack(150);
        assertThat(budget.tryTake(60)).isTrue();
        assertThat(budget.tryTake(41)).isFalse();
        assertThat(budget.tryTake(40)).isTrue();
        assertThat(budget.used()).isEqualTo(100);
    }

    @Test
    @DisplayName("is never refused because of somebody who was refused at the same moment")
    void budgetOfMany() throws Exception {
        ByteBudget budget = new ByteBudget(1000);
        assertThat(budget.tryTake(500)).isTrue();
        AtomicBoolean wronglyRefused = new AtomicBoolean();
        CountDownLatch done = new CountDownLatch(2);
        for (long size : new long[] {900, 100}) {
            new Thread(() -> {
                        for (int i = 0; i < 200_000; i++) {
                            boolean taken = budget.tryTake(size);
                            wronglyRefused.compareAndSet(false, taken != (size == 100));
                            if (taken) {
                                budget.giveBack(size);
                            }
                        }
                        done.countDown();
                    })
                    .start();
        }

        assertThat(done.await(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)).isTrue();
        assertThat(wronglyRefused).isFalse();
        assertThat(budget.used()).isEqualTo(500);
    }

    @Test
    @DisplayName("as a batch of proposals can be cut anywhere")
    void batch() {
        List<Proposal> proposals =
                IntStream.range(0, 5).mapToObj(i -> new Proposal(bytes(i))).toList();
        PendingBatch batch = new PendingBatch(11, 3, proposals);

        assertThat(batch.lastIndex()).isEqualTo(15);
        for (long cut = 10; cut <= 15; cut++) {
            PendingBatch before = batch.upTo(cut);
            PendingBatch after = batch.after(cut);
            assertThat(before.firstIndex()).isEqualTo(11);
            assertThat(before.lastIndex()).isEqualTo(cut);
            assertThat(after.firstIndex()).isEqualTo(cut + 1);
            assertThat(after.lastIndex()).isEqualTo(15);
            assertThat(after.term()).isEqualTo(3);
            assertThat(before.proposals().size() + after.proposals().size()).isEqualTo(5);
        }
        assertThat(batch.after(12).after(13).upTo(14).proposals()).containsExactly(proposals.get(3));
        assertThat(proposals.get(3).sizeBytes()).isGreaterThan(3);
    }

    @Test
    @DisplayName(
            "for the state machine is bounded in bytes; what does not fit is to be loaded, and all that follows it")
    void committed() {
        EntryRun first = run(1, 1);
        CommittedEntries committed = new CommittedEntries(2L * first.sizeBytes());
        committed.commit(4, List.of(first, run(2, 2), run(3, 3), run(4, 4)));

        assertThat(committed.commitIndex()).isEqualTo(4);
        assertThat(committed.at(1)).isEqualTo(new CommittedEntries.Part(first, 1));
        assertThat(committed.at(2)).isNotNull();
        assertThat(committed.at(3)).isNull();
        committed.commit(5, List.of(run(5, 5)));
        assertThat(committed.at(3)).isNull();
        assertThat(committed.at(5)).isEqualTo(new CommittedEntries.Part(run(5, 5), 5));
    }

    @Test
    @DisplayName("for the state machine ends where the commit index does, though the run goes on")
    void committedPart() {
        CommittedEntries committed = new CommittedEntries(10_000);
        EntryRun run = run(1, 9);
        committed.commit(4, List.of(run));

        assertThat(committed.at(1)).isEqualTo(new CommittedEntries.Part(run, 4));
        assertThat(committed.at(5)).isNull();
        committed.commit(9, List.of(run));
        assertThat(committed.at(5)).isEqualTo(new CommittedEntries.Part(run, 9));
    }

    @Test
    @DisplayName("for the state machine may be loaded as far as it is both committed and on the disk")
    void loadable() {
        CommittedEntries committed = new CommittedEntries(10_000);
        committed.loadableUpTo(7);
        assertThat(committed.loadableIndex()).isZero();
        committed.commit(5, List.of());
        assertThat(committed.loadableIndex()).isEqualTo(5);
        committed.loadableUpTo(3);
        assertThat(committed.loadableIndex()).isEqualTo(3);
    }

    @Test
    @DisplayName("for the state machine takes no room for ever: all of it comes back once it is applied")
    void committedRoomComesBack() {
        SplittableRandom random = new SplittableRandom(4);
        CommittedEntries committed = new CommittedEntries(1000);
        long commit = 0;
        long applied = 0;
        for (int i = 0; i < 5000; i++) {
            long last = commit + 1 + random.nextInt(3);
            committed.commit(last, List.of(run(commit + 1, last)));
            commit = last;
            if (random.nextInt(3) == 0) {
                CommittedEntries.Part part = committed.at(applied + 1);
                applied = part == null ? applied + 1 + random.nextLong(commit - applied) : part.lastIndex();
            }
        }
        assertThat(committed.at(commit + 1)).isNull();
        EntryRun whole = run(commit + 1, commit + 3);
        committed.commit(commit + 6, List.of(whole, run(commit + 4, commit + 6)));
        assertThat(committed.at(commit + 1)).isNotNull();
        assertThat(committed.at(commit + 4)).isNotNull();
    }

    @Test
    @DisplayName("is nearly used up when three quarters are taken, so that what can wait does")
    void nearlyUsedUp() {
        ByteBudget budget = new ByteBudget(100);
        assertThat(budget.isNearlyUsedUp()).isFalse();
        assertThat(budget.tryTake(75)).isTrue();
        assertThat(budget.isNearlyUsedUp()).isFalse();
        assertThat(budget.tryTake(1)).isTrue();
        assertThat(budget.isNearlyUsedUp()).isTrue();
    }
}
