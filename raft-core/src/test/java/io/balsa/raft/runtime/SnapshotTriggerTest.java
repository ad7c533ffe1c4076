package io.balsa.raft.runtime;

import static io.balsa.raft.runtime.SteppedNode.voters;
import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.raft.SnapshotConfig;
import io.balsa.raft.storage.EntryKind;
import io.balsa.raft.storage.EntryRun;
import java.util.Collections;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The next snapshot is due")
class SnapshotTriggerTest {

    private final AppliedPosition position = new AppliedPosition(voters(1), true);
    private final SnapshotTrigger trigger =
            new SnapshotTrigger(SnapshotConfig.builder().everyEntries(10).build(), () -> this.nowNanos);
    private long nowNanos = 1_000_000_000L;

    private void apply(int count) {
        EntryRun run = EntryRun.of(
                position.index() + 1, 1, EntryKind.COMMAND, Collections.nCopies(count, SteppedNode.bytes("c")));
        position.advance(run, run.lastIndex());
    }

    private void pass(long millis) {
        nowNanos += TimeUnit.MILLISECONDS.toNanos(millis);
    }

    @Test
    @DisplayName("after so many entries, and after twice as many even if the node is busy")
    void thresholds() {
        apply(9);
        assertThat(trigger.isDue(position, false)).isFalse();
        apply(1);
        assertThat(trigger.isDue(position, false)).isTrue();
        apply(9);
        assertThat(trigger.isDue(position, true)).isFalse();
        apply(1);
        assertThat(trigger.isDue(position, true)).isTrue();
    }

    @Test
    @DisplayName("counting from when the last one was captured, not from when it was written")
    void countsFromTheCapture() {
        apply(10);
        long entries = position.entries();
        apply(7);
        trigger.taken(entries, position.bytes());
        assertThat(trigger.isDue(position, false)).isFalse();
        apply(3);
        assertThat(trigger.isDue(position, false)).isTrue();
    }

    @Test
    @DisplayName("after a failure not before a pause, which doubles each time up to about a minute")
    void pauses() {
        apply(10);
        long[] pauses = {1, 2, 4, 8, 16, 32, 64, 64};
        for (long seconds : pauses) {
            trigger.failed();
            assertThat(trigger.isDue(position, false)).isFalse();
            assertThat(trigger.nanosToDeadline(position)).isEqualTo(TimeUnit.SECONDS.toNanos(seconds));
            pass(seconds * 1000 - 1);
            assertThat(trigger.isDue(position, false)).isFalse();
            pass(1);
            assertThat(trigger.isDue(position, false)).isTrue();
        }
        trigger.taken(position.entries(), position.bytes());
        assertThat(trigger.nanosToDeadline(position)).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    @DisplayName("never at once after a pause in which the node became busy, so that nobody asks again and again")
    void busyAfterThePause() {
        apply(10);
        trigger.failed();
        pass(1000);

        assertThat(trigger.isDue(position, true)).isFalse();
        assertThat(trigger.nanosToDeadline(position)).isEqualTo(TimeUnit.SECONDS.toNanos(1));
        pass(1000);
        assertThat(trigger.isDue(position, false)).isTrue();
    }
}
