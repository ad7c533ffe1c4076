package io.balsa.raft.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.balsa.raft.cluster.Member;
import io.balsa.raft.cluster.Membership;
import io.balsa.raft.cluster.NodeId;
import io.balsa.raft.cluster.NodeIdentity;
import io.balsa.raft.cluster.RaftRole;
import io.balsa.raft.core.Notice;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

@DisplayName("What an operator reads in the log of the consensus")
class RoleLogTest {

    private static final NodeId ONE = NodeId.of(1);
    private static final NodeId TWO = NodeId.of(2);

    private final Logger logger = (Logger) LoggerFactory.getLogger("io.balsa.raft");
    private final @Nullable Level levelBefore = logger.getLevel();
    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
    private final RoleLog log = new RoleLog(new NodeIdentity("log-test", ONE, 7));

    @BeforeEach
    void listen() {
        lines.start();
        logger.setLevel(Level.INFO);
        logger.setAdditive(false);
        logger.addAppender(lines);
    }

    @AfterEach
    void listenNoMore() {
        logger.detachAppender(lines);
        logger.setAdditive(true);
        logger.setLevel(levelBefore);
    }

    private void roleChanges(RaftRole role, long term, Optional<NodeId> leader) {
        new Notice.RoleChanged(role, term, leader).dispatch(log);
    }

    private List<String> at(Level level) {
        return lines.list.stream()
                .filter(line -> line.getLevel().equals(level))
                .map(ILoggingEvent::getFormattedMessage)
                .filter(line -> line.contains("cluster=log-test")) // others may write to it at the same time
                .toList();
    }

    @Test
    @DisplayName("is who leads, and in which term, whenever that is another")
    void leaders() {
        roleChanges(RaftRole.LEADER, 3, Optional.of(ONE));
        roleChanges(RaftRole.FOLLOWER, 4, Optional.of(TWO));
        roleChanges(RaftRole.LEARNER, 4, Optional.of(TWO));

        assertThat(at(Level.INFO))
                .containsExactly(
                        "node=1 cluster=log-test term=3 role=LEADER leader=1",
                        "node=1 cluster=log-test term=4 role=FOLLOWER leader=2",
                        "node=1 cluster=log-test term=4 role=LEARNER leader=2");
    }

    @Test
    @DisplayName("is that a leader has lost its office, though nobody has it yet")
    void lostOffice() {
        roleChanges(RaftRole.LEADER, 3, Optional.of(ONE));
        roleChanges(RaftRole.FOLLOWER, 4, Optional.empty());

        assertThat(at(Level.INFO))
                .hasSize(2)
                .last()
                .isEqualTo("node=1 cluster=log-test term=4 role=FOLLOWER leader=none");
    }

    @Test
    @DisplayName(
            "is not what a server without a leader asks itself: an election that nobody wins is not one line each time")
    void elections() {
        for (long term = 1; term < 10; term++) {
            roleChanges(RaftRole.PRE_CANDIDATE, term, Optional.empty());
            roleChanges(RaftRole.CANDIDATE, term, Optional.empty());
            roleChanges(RaftRole.FOLLOWER, term + 1, Optional.empty());
        }

        assertThat(at(Level.INFO)).isEmpty();
    }

    @Test
    @DisplayName("is every membership, with where it stands in the log")
    void memberships() {
        Membership membership = Membership.ofVoters(List.of(Member.of(1, "local:1"), Member.of(2, "local:2")));

        new Notice.MembershipChanged(membership, 12).dispatch(log);

        assertThat(at(Level.INFO))
                .hasSize(1)
                .first()
                .asString()
                .contains("index=12", "local:2", "voters=", "learners=");
    }

    @Test
    @DisplayName("is a warning when a peer is silent, and that it is heard again")
    void silence() {
        new Notice.PeerSilence(TWO, true, TimeUnit.MILLISECONDS.toNanos(5001)).dispatch(log);
        new Notice.PeerSilence(TWO, false, 0).dispatch(log);

        assertThat(at(Level.WARN)).containsExactly("node=1 cluster=log-test peer=2 suspected: not heard for 5001 ms");
        assertThat(at(Level.INFO)).containsExactly("node=1 cluster=log-test peer=2 is heard again");
    }

    @Test
    @DisplayName("is a warning when a peer came back without its memory")
    void lostStore() {
        new Notice.StoreLost(TWO, 0xabc, 0xdef).dispatch(log);

        assertThat(at(Level.WARN))
                .containsExactly(
                        "node=1 cluster=log-test peer=2 has lost its store abc and came back with def: it has no"
                                + " vote until it has caught up");
    }
}
