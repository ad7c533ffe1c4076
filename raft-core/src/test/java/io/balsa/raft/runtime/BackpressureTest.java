package io.balsa.raft.runtime;

import static io.balsa.raft.runtime.SteppedNode.ONE;
import static io.balsa.raft.runtime.SteppedNode.THREE;
import static io.balsa.raft.runtime.SteppedNode.TWO;
import static io.balsa.raft.runtime.SteppedNode.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.raft.RaftConfig;
import io.balsa.raft.ReadPolicy;
import io.balsa.raft.message.AppendEntriesRejected;
import io.balsa.raft.message.Heartbeat;
import io.balsa.raft.message.HeartbeatReply;
import io.balsa.raft.message.Message;
import io.balsa.raft.storage.LogPosition;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("Room for requests")
class BackpressureTest {

    private enum Answer {
        DONE,
        FAILED
    }

    private static final RaftConfig TIGHT = SteppedNode.config()
            .maxCommandBytes(500)
            .maxPendingBytes(3000)
            .maxPendingReads(20)
            .build();

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    @DisplayName("is given back after every kind of answer")
    void nothingLeaks(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<CompletableFuture<?>> requests = new ArrayList<>();
        SteppedNode node = new SteppedNode(3, TIGHT).start().lead();
        for (int i = 0; i < 10_000; i++) {
            switch (random.nextInt(6)) {
                case 0, 1 -> requests.add(node.node.propose(bytes(random.nextInt(550))));
                case 2 -> requests.add(node.node.readIndex());
                case 3 ->
                    requests.add(node.node.read(
                            random.nextBoolean() ? ReadPolicy.LOCAL : ReadPolicy.LINEARIZABLE,
                            () -> throwSometimes(random)));
                case 4 -> something(node, random);
                default ->
                    node.agents.step(
                            List.of("consensus", "log", "load", "apply").get(random.nextInt(4)));
            }
        }
        if (seed == 1) {
            node.agents.runAll();
            node.lead();
            answerReads(node);
            assertThat(requests).allSatisfy(request -> assertThat(request).isDone());
            assertThat(node.running().pendingBytes()).isZero();
            assertThat(node.running().waitingReads()).isZero();
        } else if (seed == 2) {
            node.storage.fail("sync");
            node.receive(new AppendEntriesRejected(node.status().term() + 1, TWO, ONE, 1, LogPosition.ZERO));
        }
        node.close();

        assertThat(requests).allSatisfy(request -> assertThat(request).isDone());
        assertThat(node.running().pendingBytes()).isZero();
        assertThat(node.running().waitingReads()).isZero();
        assertThat(count(requests).get(Answer.DONE)).isGreaterThan(1000);
        assertThat(count(requests).get(Answer.FAILED)).isGreaterThan(1000);
    }

    private static String throwSometimes(SplittableRandom random) {
        if (random.nextInt(5) == 0) {
            throw new IllegalStateException("the reader's own fault");
        }
        return "read";
    }

    /** What may happen to a node, and to the requests that wait on it. */
    private static void something(SteppedNode node, SplittableRandom random) {
        int what = random.nextInt(20);
        if (what == 0) {
            node.receive(new AppendEntriesRejected(node.status().term() + 1, TWO, ONE, 1, LogPosition.ZERO));
        } else if (what == 1 && !node.status().isLeader()) {
            node.receive(new Heartbeat(node.status().term() + 1, THREE, ONE, 0, 1));
        } else if (what == 2) {
            node.advance(Duration.ofMillis(500));
        } else if (!node.status().isLeader()) {
            if (what < 8) {
                node.elect();
            }
        } else {
            node.acknowledge();
            answerReads(node);
        }
    }

    private static void answerReads(SteppedNode node) {
        for (Message message : node.transport.takeSent()) {
            if (message instanceof Heartbeat heartbeat && heartbeat.to().equals(TWO)) {
                node.transport.receive(new HeartbeatReply(heartbeat.term(), TWO, ONE, heartbeat.round()));
            }
        }
        node.agents.runAll();
    }

    private static Map<Answer, Integer> count(List<CompletableFuture<?>> requests) {
        Map<Answer, Integer> counts = new EnumMap<>(Answer.class);
        for (CompletableFuture<?> request : requests) {
            counts.merge(answerOf(request), 1, Integer::sum);
        }
        return counts;
    }

    private static Answer answerOf(CompletableFuture<?> request) {
        try {
            request.join();
            return Answer.DONE;
        } catch (CompletionException e) {
            return Answer.FAILED;
        }
    }
}
