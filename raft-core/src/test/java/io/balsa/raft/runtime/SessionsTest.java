package io.balsa.raft.runtime;

import static io.balsa.raft.runtime.LocalCluster.bytes;
import static io.balsa.raft.runtime.LocalCluster.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.balsa.raft.Applied;
import io.balsa.raft.Outcome;
import io.balsa.raft.OutcomeUnknownException;
import io.balsa.raft.RaftNode;
import io.balsa.raft.RaftSession;
import io.balsa.raft.SessionChannel;
import io.balsa.raft.SessionExpiredException;
import io.balsa.raft.SessionRetry;
import io.balsa.raft.UnresolvedCommandException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Sessions on real nodes: what is proposed in one takes effect once, whatever becomes of the answers (section 6.3). */
@DisplayName("A session on a cluster")
class SessionsTest {

    private static final long LONG = 1_000_000;

    private final LocalCluster cluster = new LocalCluster(3);
    private RaftNode leader;

    @BeforeEach
    void start() {
        cluster.startAll();
        leader = cluster.node(cluster.awaitLeader());
    }

    @AfterEach
    void close() {
        cluster.close();
    }

    /** Has every request appended, and then does not say what came out. */
    private SessionChannel forgetful() {
        return request -> leader.sessions()
                .propose(request)
                .thenCompose(
                        answer -> CompletableFuture.failedFuture(new OutcomeUnknownException("the answer got lost")));
    }

    private RaftSession opened(SessionChannel channel) throws Exception {
        RaftSession session = get(RaftSession.open(leader.sessions(), LONG, SessionRetry.never()));
        session.moveTo(channel);
        return session;
    }

    @Test
    @DisplayName("answers each command with what the state machine answered")
    void answers() throws Exception {
        RaftSession session = opened(leader.sessions());

        Applied first = get(session.propose(bytes("a")));
        Applied second = get(session.propose(bytes("b")));

        assertThat(first.result()).isEqualTo(bytes("1"));
        assertThat(second.result()).isEqualTo(bytes("2"));
        assertThat(second.index()).isGreaterThan(first.index());
    }

    @Test
    @DisplayName("applies a command once, although its answer got lost and it was proposed again")
    void appliesOnce() throws Exception {
        RaftSession session = opened(forgetful());
        assertThatThrownBy(() -> get(session.propose(bytes("a"))))
                .cause()
                .isInstanceOfSatisfying(
                        UnresolvedCommandException.class,
                        unresolved -> assertThat(unresolved.outcome()).isEqualTo(Outcome.UNKNOWN));

        session.moveTo(leader.sessions());
        Applied resolved = get(session.resolve(1));

        assertThat(resolved.result()).isEqualTo(bytes("1"));
        assertThat(cluster.journal(cluster.awaitLeader())).containsExactly("a");
    }

    @Test
    @DisplayName("goes on after the leader is gone, and knows what was applied before")
    void survivesTheLeader() throws Exception {
        RaftSession session = opened(forgetful());
        assertThatThrownBy(() -> get(session.propose(bytes("a")))).isInstanceOf(ExecutionException.class);

        cluster.stop((int) leader.identity().node().value());
        RaftNode next = cluster.node(cluster.awaitLeader());
        RaftSession resumed = RaftSession.resume(
                next.sessions(), session.id(), session.nextSequence(), session.unresolved(), SessionRetry.never());

        assertThat(get(resumed.resolve(1)).result()).isEqualTo(bytes("1"));
        assertThat(get(resumed.propose(bytes("b"))).result()).isEqualTo(bytes("2"));
        assertThat(cluster.journal((int) next.identity().node().value())).containsExactly("a", "b");
    }

    @Test
    @DisplayName("is a part of snapshots: a server that was restored from one repeats nothing either")
    void survivesASnapshot() throws Exception {
        RaftSession session = opened(forgetful());
        assertThatThrownBy(() -> get(session.propose(bytes("a")))).isInstanceOf(ExecutionException.class);
        for (int id = 1; id <= 3; id++) {
            long index = get(cluster.node(id).readIndex());
            assertThat(get(cluster.node(id).snapshots().trigger()).index()).isGreaterThanOrEqualTo(index);
        }
        for (int id = 1; id <= 3; id++) {
            cluster.stop(id);
        }
        cluster.startAll();
        RaftNode next = cluster.node(cluster.awaitLeader());

        RaftSession resumed = RaftSession.resume(
                next.sessions(), session.id(), session.nextSequence(), session.unresolved(), SessionRetry.never());

        assertThat(get(resumed.resolve(1)).result()).isEqualTo(bytes("1"));
        assertThat(cluster.journal((int) next.identity().node().value())).containsExactly("a");
    }

    @Test
    @DisplayName("stands beside commands without a session, in one order")
    void mixes() throws Exception {
        RaftSession session = opened(leader.sessions());
        CompletableFuture<Applied> plain = leader.propose(bytes("a"));
        CompletableFuture<Applied> inSession = session.propose(bytes("b"));
        CompletableFuture<Applied> again = leader.propose(bytes("c"));

        assertThat(get(plain).result()).isEqualTo(bytes("1"));
        assertThat(get(inSession).result()).isEqualTo(bytes("2"));
        assertThat(get(again).result()).isEqualTo(bytes("3"));
    }

    @Test
    @DisplayName("expires when the log has grown by more than was agreed without a word of it, on all servers alike")
    void expires() throws Exception {
        RaftSession session = get(RaftSession.open(leader.sessions(), 2, SessionRetry.never()));
        for (String command : new String[] {"a", "b", "c", "d"}) {
            get(leader.propose(bytes(command)));
        }

        assertThatThrownBy(() -> get(session.propose(bytes("e")))).cause().isInstanceOf(SessionExpiredException.class);
        for (int id = 1; id <= 3; id++) {
            int server = id;
            await().atMost(LocalCluster.PATIENCE)
                    .untilAsserted(() -> assertThat(cluster.journal(server)).containsExactly("a", "b", "c", "d"));
        }
    }

    @Test
    @DisplayName("takes requests that it made only: other bytes never reach the log")
    void refusesNonsense() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> leader.sessions().propose(bytes("nonsense")).join());
    }
}
