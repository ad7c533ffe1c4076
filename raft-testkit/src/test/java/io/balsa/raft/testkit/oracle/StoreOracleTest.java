package io.balsa.raft.testkit.oracle;

import static io.balsa.raft.testkit.oracle.Stage.N1;
import static io.balsa.raft.testkit.oracle.Stage.N2;
import static io.balsa.raft.testkit.oracle.Stage.N3;
import static io.balsa.raft.testkit.oracle.Stage.assertViolates;
import static io.balsa.raft.testkit.oracle.Stage.change;
import static io.balsa.raft.testkit.oracle.Stage.entry;
import static io.balsa.raft.testkit.oracle.Stage.noOp;
import static io.balsa.raft.testkit.oracle.Stage.withStore;
import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.raft.cluster.RaftRole;
import io.balsa.raft.message.AppendEntriesAccepted;
import io.balsa.raft.message.HeartbeatReply;
import io.balsa.raft.message.RequestVoteReply;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The oracle objects, of servers whose disk is wiped, to")
class StoreOracleTest {

    private static final long STORE = 33;
    private static final long NEXT_STORE = 34;

    private final Stage stage = Stage.of(3, 0);

    /** Server 1 leads term 1; that server 3 has a certain store is committed, on servers 1 and 3. */
    @BeforeEach
    void commit() {
        stage.wiped(N3, STORE);
        stage.elect(N1, 1, N1, N3);
        stage.replicate(noOp(1, 1), N3);
        stage.step(N1).commits(1).unsynced();
        stage.step(N1)
                .appends(change(2, 1, withStore(stage.founding, N3, STORE)))
                .synced();
        stage.replicate(change(2, 1, withStore(stage.founding, N3, STORE)), N3);
        stage.step(N1).commits(2).unsynced();
    }

    @Test
    @DisplayName("nothing, where it forgets what it had voted and acknowledged, and learns it again")
    void allowsForgetting() {
        stage.oracle.onSent(new AppendEntriesAccepted(1, N3, N1, 2, STORE));
        stage.wiped(N3, NEXT_STORE);
        stage.oracle.fullCheck(); // what is committed is on the disk of 1, and nobody leads by the vote of 3
        stage.step(N3)
                .votes(1, N2)
                .role(RaftRole.FOLLOWER)
                .appends(noOp(1, 1), change(2, 1, withStore(stage.founding, N3, STORE)))
                .synced();
        stage.oracle.onSent(new RequestVoteReply(1, N3, N2, true, NEXT_STORE, 0));
        stage.oracle.onSent(new HeartbeatReply(1, N3, N1, 1, NEXT_STORE, 0));
        stage.oracle.fullCheck();
    }

    @Test
    @DisplayName("nothing, where a vote that was given before still counts")
    void allowsAnEarlierVote() {
        stage.collectsVotes(N1, 2, N1, N3);
        stage.wiped(N3, NEXT_STORE);
        stage.step(N1).leads().appends(noOp(3, 2)).unsynced();

        assertThat(stage.oracle.leaders()).isEqualTo(2);
    }

    @Test
    @DisplayName("S1: an election that is won by the vote of who has forgotten its earlier ones")
    void electedByForgetful() {
        stage.wiped(N3, NEXT_STORE);
        stage.replicate(noOp(1, 1), N2);
        stage.step(N2)
                .appends(change(2, 1, withStore(stage.founding, N3, STORE)))
                .synced();
        stage.collectsVotes(N2, 2, N2, N3);

        assertViolates("S1", () -> stage.step(N2).leads().appends(noOp(3, 2)).unsynced());
    }

    @Test
    @DisplayName("S1: one that leads a term which it led before, and forgot")
    void leadsAgain() {
        stage.wiped(N1, 11);
        stage.collectsVotes(N1, 1, N1, N2);

        assertViolates("S1", () -> stage.step(N1).leads().appends(noOp(1, 1)).unsynced());
    }

    @Test
    @DisplayName("S7: a commitment that counts who has forgotten its earlier promises")
    void committedByForgetful() {
        stage.step(N1).appends(entry(3, 1, "x")).synced();
        stage.wiped(N3, NEXT_STORE);
        stage.step(N3)
                .votes(1, N1)
                .role(RaftRole.FOLLOWER)
                .appends(noOp(1, 1), change(2, 1, withStore(stage.founding, N3, STORE)), entry(3, 1, "x"))
                .synced();

        assertViolates("S7", () -> stage.step(N1).commits(3).unsynced());
    }

    @Test
    @DisplayName("nothing, where what it had acknowledged before is committed")
    void allowsAnEarlierAcknowledgement() {
        stage.step(N1).appends(entry(3, 1, "x")).synced();
        stage.replicate(entry(3, 1, "x"), N3);
        stage.oracle.onSent(new AppendEntriesAccepted(1, N3, N1, 3, STORE));
        stage.wiped(N3, NEXT_STORE);
        stage.step(N1).commits(3).unsynced();
        stage.oracle.fullCheck();

        assertThat(stage.oracle.committed()).isEqualTo(3);
    }

    @Test
    @DisplayName("D3: promises in the name of a store that it does not have")
    void wrongStore() {
        assertViolates("D3", () -> stage.oracle.onSent(new RequestVoteReply(1, N3, N1, true, NEXT_STORE, 0)));
        assertViolates("D3", () -> stage.oracle.onSent(new AppendEntriesAccepted(1, N3, N1, 2, 0)));
        assertViolates("D3", () -> stage.oracle.onSent(new HeartbeatReply(1, N3, N1, 1, NEXT_STORE, 0)));
    }

    @Test
    @DisplayName("D7: a new store with entries in it")
    void notEmpty() {
        assertViolates("D7", () -> stage.wiped(N3, NEXT_STORE, noOp(1, 1)));
    }

    @Test
    @DisplayName("D2: a second vote in a term, from the same store")
    void votesTwice() {
        stage.wiped(N3, NEXT_STORE);
        stage.step(N3).votes(1, N2).role(RaftRole.FOLLOWER).synced();

        assertViolates("D2", () -> stage.step(N3).votes(1, N1).unsynced());
    }
}
