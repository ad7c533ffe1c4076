package io.balsa.raft.runtime;

import static io.balsa.raft.runtime.LocalCluster.PATIENCE;
import static io.balsa.raft.runtime.LocalCluster.bytes;
import static io.balsa.raft.runtime.SteppedNode.ONE;
import static io.balsa.raft.runtime.SteppedNode.TWO;
import static io.balsa.raft.runtime.SteppedNode.append;
import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.raft.Applied;
import io.balsa.raft.RaftNode;
import io.balsa.raft.RaftStatus;
import io.balsa.raft.cluster.RaftRole;
import io.balsa.raft.message.Heartbeat;
import io.balsa.raft.storage.LogPosition;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@DisplayName("The status of a node")
@Timeout(120)
class StatusBoardTest {

    @Test
    @DisplayName("is that of an empty follower before the start, and the last one after the end")
    void beforeAndAfter() {
        SteppedNode node = new SteppedNode(3);
        assertThat(node.status().role()).isEqualTo(RaftRole.FOLLOWER);
        assertThat(node.status().leader()).isEmpty();
        assertThat(node.status().membership().members()).containsOnlyKeys(ONE, TWO, SteppedNode.THREE);
        assertThat(node.node.identity().storeId()).isZero();
        node.start().lead();
        RaftStatus last = node.status();
        assertThat(last.identity().storeId()).isNotZero();

        node.close();

        assertThat(node.status()).isEqualTo(last);
        assertThat(node.node.identity()).isEqualTo(last.identity());
    }

    @Test
    @DisplayName("tells what is appended, committed and applied as it happens")
    void stepByStep() {
        try (SteppedNode node = new SteppedNode(3).start()) {
            node.receive(append(4, TWO, LogPosition.ZERO, 1, "a", "b"));
            assertThat(node.status())
                    .returns(4L, RaftStatus::term)
                    .returns(2L, RaftStatus::lastIndex)
                    .returns(1L, RaftStatus::commitIndex)
                    .returns(1L, RaftStatus::appliedIndex)
                    .returns(false, RaftStatus::isLeader);
            assertThat(node.status().leader().orElseThrow().address()).isEqualTo("local:2");

            node.transport.receive(new Heartbeat(4, TWO, ONE, 2, 1));
            node.agents.step("consensus");
            assertThat(node.status().commitIndex()).isEqualTo(2);
            assertThat(node.status().appliedIndex()).isEqualTo(1);
        }
    }

    @Test
    @DisplayName(
            "is one moment's: never is more applied than committed, nor committed than there is, nor less than before")
    void consistent() throws Exception {
        try (LocalCluster cluster = new LocalCluster(1).startAll()) {
            cluster.awaitLeader();
            RaftNode node = cluster.node(1);
            AtomicBoolean ended = new AtomicBoolean();
            Queue<String> offences = new ConcurrentLinkedQueue<>();
            Thread observer = new Thread(() -> observe(node, ended, offences));
            observer.start();

            List<CompletableFuture<Applied>> done = new ArrayList<>();
            for (int i = 0; i < 5000; i++) {
                CompletableFuture<Applied> applied = node.propose(bytes("c"));
                // Whoever has an answer sees a status that knows of it.
                done.add(applied.whenComplete((answer, failure) -> {
                    if (answer != null && node.status().commitIndex() < answer.index()) {
                        offences.add(answer + " before " + node.status());
                    }
                }));
            }
            for (CompletableFuture<Applied> each : done) {
                LocalCluster.get(each);
            }
            ended.set(true);
            observer.join(PATIENCE.toMillis());

            assertThat(observer.isAlive()).isFalse();
            assertThat(offences).isEmpty();
        }
    }

    @Test
    @DisplayName("is known to whoever is told that this is not the leader any more")
    void knownToWhoIsRefused() {
        try (SteppedNode node = new SteppedNode(3).start().lead()) {
            node.agents.makeEager("apply");
            List<RaftStatus> seen = new ArrayList<>();
            CompletableFuture<?> read = node.read(() -> "x").whenComplete((answer, failure) -> seen.add(node.status()));
            node.agents.runAll();

            node.receive(new Heartbeat(9, TWO, ONE, 0, 1));

            assertThat(read).isCompletedExceptionally();
            assertThat(seen).singleElement().returns(9L, RaftStatus::term).returns(false, RaftStatus::isLeader);
        }
    }

    private static void observe(RaftNode node, AtomicBoolean ended, Queue<String> offences) {
        RaftStatus before = node.status();
        while (!ended.get()) {
            RaftStatus now = node.status();
            if (now.appliedIndex() > now.commitIndex()
                    || now.commitIndex() > now.lastIndex()
                    || now.appliedIndex() < before.appliedIndex()
                    || now.commitIndex() < before.commitIndex()) {
                offences.add(before + " then " + now);
            }
            before = now;
        }
    }
}
