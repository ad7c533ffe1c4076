package io.balsa.raft.runtime;

import static io.balsa.raft.runtime.SteppedNode.failureOf;
import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.raft.ProposalRefusedException;
import io.balsa.raft.ProposalRefusedException.Reason;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A node whose disk is full")
class FullDiskTest {

    private static void assertRefused(CompletableFuture<?> proposal) {
        assertThat(failureOf(proposal))
                .isInstanceOfSatisfying(
                        ProposalRefusedException.class,
                        e -> assertThat(e.reason()).isEqualTo(Reason.DISK_FULL));
    }

    @Test
    @DisplayName("refuses commands and says why, serves reads, tells so in its status, and goes on by itself")
    void refusesAndServes() {
        try (SteppedNode node = new SteppedNode(1).start().lead()) {
            node.storage.full(true);
            CompletableFuture<?> underWay = node.propose("under way");
            node.agents.runAll();
            assertThat(underWay).isCompleted();
            assertThat(node.status().diskFull()).isTrue();

            CompletableFuture<?> refused = node.propose("x");
            CompletableFuture<String> read = node.read(() -> "read");
            node.agents.runAll();
            assertRefused(refused);
            assertThat(read).isCompletedWithValue("read");

            node.storage.full(false);
            node.pause(Duration.ofSeconds(1));
            node.agents.step("log");
            node.agents.runAll();
            assertThat(node.status().diskFull()).isFalse();
            CompletableFuture<?> taken = node.propose("y");
            node.agents.runAll();
            assertThat(taken).isCompleted();
        }
    }

    @Test
    @DisplayName("neither loses nor answers what there is no room for, until there is")
    void keepsWhatIsUnderWay() {
        try (SteppedNode node = new SteppedNode(1).start().lead()) {
            node.storage.lackRoomFor("append");
            CompletableFuture<?> underWay = node.propose("under way");
            node.agents.runAll();
            assertThat(underWay).isNotDone();
            assertThat(node.status().diskFull()).isTrue();

            node.storage.lackRoomFor("");
            node.pause(Duration.ofSeconds(1));
            node.agents.step("log");
            node.agents.runAll();

            assertThat(underWay).isCompleted();
            assertThat(node.recorder.applied).last().asString().endsWith("under way");
        }
    }
}
