package io.balsa.raft.runtime;

import static io.balsa.raft.runtime.SteppedNode.ONE;
import static io.balsa.raft.runtime.SteppedNode.THREE;
import static io.balsa.raft.runtime.SteppedNode.TWO;
import static io.balsa.raft.runtime.SteppedNode.append;
import static io.balsa.raft.runtime.SteppedNode.bytes;
import static io.balsa.raft.runtime.SteppedNode.failureOf;
import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.raft.RaftConfig;
import io.balsa.raft.message.AppendEntries;
import io.balsa.raft.message.AppendEntriesAccepted;
import io.balsa.raft.message.RequestVoteReply;
import io.balsa.raft.storage.LogPosition;
import io.balsa.raft.storage.StorageException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The load agent")
class LoadAgentTest {

    private static final RaftConfig NO_CACHE =
            SteppedNode.config().maxBatchBytes(1024).logCacheBytes(1024).build();

    private final SteppedNode leader = new SteppedNode(5, NO_CACHE).start();
    private final List<CompletableFuture<?>> proposals = new ArrayList<>();

    /** A leader that has written more than it holds in memory, when a follower turns out to have next to nothing. */
    @BeforeEach
    void aFollowerLags() {
        leader.advance(Duration.ofSeconds(3));
        leader.receive(new RequestVoteReply(1, TWO, ONE, true));
        leader.receive(new RequestVoteReply(1, THREE, ONE, true));
        assertThat(leader.status().isLeader()).isTrue();
        for (int i = 0; i < 20; i++) {
            proposals.add(leader.node.propose(bytes(200)));
            leader.agents.runAll();
        }
        leader.transport.takeSent();
        leader.transport.receive(new AppendEntriesAccepted(1, THREE, ONE, 1));
        leader.agents.step("consensus");
    }

    @AfterEach
    void close() {
        leader.close();
    }

    @Test
    @DisplayName("reads for a follower what is no longer in memory")
    void readsForAFollower() {
        leader.agents.runAll();

        assertThat(leader.trace).anyMatch(line -> line.startsWith("read 2.."));
        assertThat(leader.transport.takeSent())
                .anySatisfy(message -> assertThat(message).isInstanceOfSatisfying(AppendEntries.class, append -> {
                    assertThat(append.to()).isEqualTo(THREE);
                    assertThat(append.previous().index()).isEqualTo(1);
                    assertThat(append.runs()).isNotEmpty();
                }));
    }

    @Test
    @DisplayName("does not stop a deposed leader because entries are gone that a follower wanted")
    void entriesThatAreGone() {
        leader.transport.receive(append(9, TWO, LogPosition.ZERO, 0, "other"));
        leader.agents.step("consensus");
        leader.agents.step("log");

        leader.agents.runAll();

        assertThat(leader.trace).anyMatch(line -> line.startsWith("read 2.."));
        assertThat(leader.node.terminated()).isNotDone();
        assertThat(leader.status().lastIndex()).isEqualTo(1);
    }

    @Test
    @DisplayName("stops a leader whose entries cannot be read")
    void damage() {
        leader.storage.fail("read");

        leader.agents.runAll();

        assertThat(failureOf(leader.node.terminated())).isInstanceOf(StorageException.class);
        assertThat(proposals).allSatisfy(proposal -> assertThat(proposal).isCompletedExceptionally());
    }
}
