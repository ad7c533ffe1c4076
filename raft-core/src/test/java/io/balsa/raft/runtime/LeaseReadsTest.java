package io.balsa.raft.runtime;

import static io.balsa.raft.runtime.SteppedNode.ONE;
import static io.balsa.raft.runtime.SteppedNode.THREE;
import static io.balsa.raft.runtime.SteppedNode.TWO;
import static io.balsa.raft.runtime.SteppedNode.failureOf;
import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.raft.NotLeaderException;
import io.balsa.raft.RaftConfig;
import io.balsa.raft.ReadPolicy;
import io.balsa.raft.message.Heartbeat;
import io.balsa.raft.message.HeartbeatReply;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The lease of an election timeout of 1 s, less a tenth for clocks that differ, lasts 900 ms. */
@DisplayName("A read under a lease")
class LeaseReadsTest {

    private static final RaftConfig LEASES =
            SteppedNode.config().leaseReads(true).maxClockDrift(0.1).build();

    private SteppedNode leader = new SteppedNode(3, LEASES);
    private int queries;

    @BeforeEach
    void lead() {
        leader.start();
        leader.advance(Duration.ofSeconds(1)); // it might have promised a lease before it was started
        leader.lead();
        beat();
    }

    @AfterEach
    void close() {
        leader.close();
    }

    /** A round of heartbeats begins now, and a majority answers it at once. */
    private void beat() {
        leader.transport.takeSent();
        leader.advance(Duration.ofMillis(100));
        answer();
    }

    /** A majority answers the latest round. */
    private void answer() {
        leader.agents.runAll();
        long round = leader.transport.takeSent().stream()
                .filter(Heartbeat.class::isInstance)
                .mapToLong(message -> ((Heartbeat) message).round())
                .max()
                .orElseThrow();
        leader.receive(new HeartbeatReply(leader.status().term(), TWO, ONE, round, 0, Long.MAX_VALUE));
    }

    private CompletableFuture<Integer> read() {
        return leader.node.read(ReadPolicy.LEASE, () -> ++queries);
    }

    private long rounds() {
        return leader.transport.takeSent().stream()
                .filter(Heartbeat.class::isInstance)
                .count();
    }

    @Test
    @DisplayName("is served at once, without asking anybody")
    void atOnce() {
        CompletableFuture<Integer> read = read();
        leader.agents.runAll();

        assertThat(read).isCompletedWithValue(1);
        assertThat(rounds()).isZero();
    }

    @Test
    @DisplayName("goes on as a linearizable one when the lease ran out between the promise and the reading")
    void runsOutBeforeTheReading() {
        CompletableFuture<Integer> read = read();
        leader.agents.step("consensus"); // promises
        leader.pause(Duration.ofMillis(900)); // the process stands still
        leader.agents.step("apply"); // reads, and looks at the clock then

        assertThat(read).isNotDone();
        assertThat(queries).isEqualTo(1);
        answer();
        assertThat(read).isCompletedWithValue(2);
    }

    @Test
    @DisplayName("goes on as a linearizable one when the lease ran out while the state machine was read")
    void runsOutDuringTheReading() {
        CompletableFuture<Integer> read = leader.node.read(ReadPolicy.LEASE, () -> {
            if (queries == 0) {
                leader.pause(Duration.ofMillis(900));
            }
            return ++queries;
        });
        leader.agents.step("consensus");
        leader.agents.step("apply");

        assertThat(read).isNotDone();
        answer();
        assertThat(read).isCompletedWithValue(2);
    }

    @Test
    @DisplayName("is served up to the last nanosecond of the lease")
    void upToTheEnd() {
        CompletableFuture<Integer> read = read();
        leader.agents.step("consensus");
        leader.pause(Duration.ofMillis(900).minusNanos(1));
        leader.agents.step("apply");

        assertThat(read).isCompletedWithValue(1);
    }

    @Test
    @DisplayName("is not served when the node has lost its leadership meanwhile, whatever the clock says")
    void deposed() {
        CompletableFuture<Integer> read = read();
        leader.agents.step("consensus");
        leader.transport.receive(new Heartbeat(leader.status().term() + 1, THREE, ONE, 0, 1));
        leader.agents.step("consensus");
        leader.agents.step("apply");
        leader.agents.runAll();
        assertThat(read).isNotDone(); // the new leader was asked

        leader.receive(new Heartbeat(leader.status().term() + 1, TWO, ONE, 0, 1)); // and is gone as well
        assertThat(failureOf(read)).isInstanceOf(NotLeaderException.class);
        assertThat(leader.running().waitingReads()).isZero();
    }

    @Test
    @DisplayName("asks a majority where leases are not allowed")
    void notAllowed() {
        leader.close();
        leader = new SteppedNode(3).start().lead();
        beat();

        CompletableFuture<Integer> read = read();
        leader.agents.runAll();

        assertThat(read).isNotDone();
        assertThat(rounds()).isEqualTo(2);
        beat();
        assertThat(read).isCompletedWithValue(1);
    }
}
