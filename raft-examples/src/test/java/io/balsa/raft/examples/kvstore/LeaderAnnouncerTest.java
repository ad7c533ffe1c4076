package io.balsa.raft.examples.kvstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.balsa.raft.NotLeaderException;
import io.balsa.raft.cluster.RaftRole;
import java.net.URI;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A leader announces where clients reach it")
class LeaderAnnouncerTest {

    private final KvStateMachine machine = new KvStateMachine();
    private final FakeNode node = new FakeNode(machine);

    @Test
    @DisplayName("once in each term it leads, and not while it follows")
    void onceInEachTerm() {
        node.become(RaftRole.FOLLOWER, 3);
        try (LeaderAnnouncer announcer = LeaderAnnouncer.start(node, URI.create("http://127.0.0.1:8081"))) {
            assertThat(announcer).isNotNull();
            assertThat(node.lastIndex()).isZero();

            node.become(RaftRole.LEADER, 4);
            await().until(() -> node.lastIndex() == 1);
            node.become(RaftRole.LEADER, 6);
            await().until(() -> node.lastIndex() == 2);

            assertThat(machine.clientAddress(1)).contains("http://127.0.0.1:8081");
        }
    }

    @Test
    @DisplayName("again until it succeeds")
    void triesAgain() {
        node.failWith(new NotLeaderException(Optional.empty()));
        try (LeaderAnnouncer announcer = LeaderAnnouncer.start(node, URI.create("http://127.0.0.1:8081"))) {
            assertThat(announcer).isNotNull();
            node.succeed();

            await().until(() -> machine.clientAddress(1).isPresent());
        }
    }
}
