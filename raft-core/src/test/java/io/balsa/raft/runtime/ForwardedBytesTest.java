package io.balsa.raft.runtime;

import static io.balsa.raft.runtime.SteppedNode.failureOf;
import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.raft.Applied;
import io.balsa.raft.OutcomeUnknownException;
import io.balsa.raft.ProposalRefusedException;
import io.balsa.raft.ProposalRefusedException.Reason;
import io.balsa.raft.message.ForwardedProposal;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("What a follower passes on to its leader")
class ForwardedBytesTest {

    @Test
    @DisplayName(
            "is a quarter of what may be on its way to a peer at most, and the rest is refused, certainly not applied")
    void isBounded() {
        try (SteppedCluster cluster = new SteppedCluster(
                3,
                SteppedNode.config()
                        .forwardProposals(true)
                        .maxCommandBytes(1024)
                        .maxBatchBytes(2048)
                        .maxInflightBytes(8192)
                        .build())) {
            cluster.awaitLeader();
            NodeRuntime node = cluster.server(cluster.follower()).node;
            cluster.loses = ForwardedProposal.class::isInstance;

            CompletableFuture<Applied> first = node.propose(new byte[1000]);
            CompletableFuture<Applied> second = node.propose(new byte[1000]);
            cluster.settle();

            assertThat(first).isNotDone();
            assertThat(failureOf(second))
                    .isInstanceOfSatisfying(
                            ProposalRefusedException.class,
                            e -> assertThat(e.reason()).isEqualTo(Reason.OVERLOADED));
            cluster.advance(Duration.ofSeconds(10));
            assertThat(failureOf(first)).isInstanceOf(OutcomeUnknownException.class);
            cluster.loses = message -> false;
            CompletableFuture<Applied> third = node.propose(new byte[1000]);
            cluster.advance(Duration.ofMillis(500));
            assertThat(third).isCompleted();
            cluster.assertNothingWaits();
        }
    }
}
