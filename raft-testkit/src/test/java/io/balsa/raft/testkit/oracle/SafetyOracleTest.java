package io.balsa.raft.testkit.oracle;

import static io.balsa.raft.testkit.oracle.Stage.N1;
import static io.balsa.raft.testkit.oracle.Stage.N2;
import static io.balsa.raft.testkit.oracle.Stage.N3;
import static io.balsa.raft.testkit.oracle.Stage.N4;
import static io.balsa.raft.testkit.oracle.Stage.N5;
import static io.balsa.raft.testkit.oracle.Stage.assertViolates;
import static io.balsa.raft.testkit.oracle.Stage.entries;
import static io.balsa.raft.testkit.oracle.Stage.entry;
import static io.balsa.raft.testkit.oracle.Stage.noOp;
import static io.balsa.raft.testkit.oracle.Stage.state;
import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.raft.message.Heartbeat;
import io.balsa.raft.storage.EntryRun;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The oracle objects, of safety, to")
class SafetyOracleTest {

    private static final byte[] RESULT = {1, 2, 3};

    private final Stage stage = Stage.of(3, 0);

    /** Server 1 leads term 1, and entries 1 and 2 are on the disks of 1 and 2, and committed. */
    private void committed() {
        stage.elect(N1, 1, N1, N2);
        stage.step(N1).appends(entry(2, 1, "x")).synced();
        stage.step(N2).appends(noOp(1, 1), entry(2, 1, "x")).synced();
        stage.step(N1).commits(2).unsynced();
    }

    @Test
    @DisplayName("nothing that Raft allows: an election, a commitment, a crash, the next leader")
    void allowsWhatIsRight() {
        committed();
        stage.oracle.onApplied(N1, entry(2, 1, "x"), 2, RESULT);
        stage.step(N2).commits(2).unsynced();
        stage.oracle.onApplied(N2, entry(2, 1, "x"), 2, RESULT);
        stage.restarts(N1, state(1, N1), noOp(1, 1), entry(2, 1, "x"));
        stage.elect(N2, 2, N2, N3);
        stage.replicate(noOp(3, 2), N1);
        stage.step(N2).commits(3).unsynced();
        stage.oracle.fullCheck();

        assertThat(stage.oracle.committed()).isEqualTo(3);
        assertThat(stage.oracle.leaders()).isEqualTo(2);
    }

    @Test
    @DisplayName("S1: two leaders of one term")
    void twoLeaders() {
        stage.elect(N1, 1, N1, N2);
        stage.collectsVotes(N3, 1, N3);

        assertViolates("S1", () -> stage.step(N3).leads().appends(noOp(1, 1)).unsynced());
    }

    @Test
    @DisplayName("S1: a leader without the votes of a majority")
    void leaderWithoutVotes() {
        assertViolates("S1", () -> stage.elect(N1, 1, N1));
    }

    @Test
    @DisplayName("S1: who speaks as the leader of a term that it was not elected in")
    void speaksWithoutOffice() {
        stage.elect(N1, 1, N1, N2);

        assertViolates("S1", () -> stage.oracle.onSent(new Heartbeat(2, N1, N2, 0, 1)));
    }

    @Test
    @DisplayName("S2: a leader that replaces what it has")
    void leaderReplaces() {
        stage.elect(N1, 1, N1, N2);
        stage.step(N1).appends(entry(2, 1, "x")).synced();

        assertViolates("S2", () -> stage.step(N1).appends(entry(2, 1, "y")).unsynced());
    }

    @Test
    @DisplayName("S3: two entries with the same index and term that differ")
    void entriesDiffer() {
        stage.elect(N1, 1, N1, N2);
        stage.step(N1).appends(entry(2, 1, "x")).synced();

        assertViolates(
                "S3", () -> stage.step(N2).appends(noOp(1, 1), entry(2, 1, "y")).unsynced());
    }

    @Test
    @DisplayName("S3: equal entries after some that differ, also where three terms have met at an index")
    void whatComesBeforeDiffers() {
        stage.elect(N1, 1, N1, N2);
        stage.step(N2).term(3).appends(noOp(1, 2)).unsynced();
        stage.step(N3).term(3).appends(entry(1, 3, "z")).unsynced();
        stage.step(N3).term(4).appends(entry(2, 4, "same")).unsynced();

        assertViolates(
                "S3", () -> stage.step(N2).term(4).appends(entry(2, 4, "same")).unsynced());
    }

    @Test
    @DisplayName("S4: a leader that lacks what is committed")
    void leaderLacksCommitted() {
        committed();

        assertViolates("S4", () -> stage.elect(N3, 2, N2, N3));
    }

    @Test
    @DisplayName("S4: an old leader's commitment of what a later one does not have")
    void committedBehindTheBackOfALaterLeader() {
        Stage five = Stage.of(5, 0);
        five.elect(N1, 1, N1, N2, N3);
        five.step(N1).appends(entry(2, 1, "x")).synced();
        five.replicate(noOp(1, 1), N2, N3, N4);
        five.elect(N3, 2, N3, N4, N5);
        five.step(N2).appends(entry(2, 1, "x")).synced();
        five.step(N4).appends(entry(2, 1, "x")).synced();

        assertViolates("S4", () -> five.step(N1).commits(2).unsynced());
    }

    @Test
    @DisplayName("nothing, where a candidate wins late in a term before the last commitment")
    void allowsALateWinner() {
        Stage five = Stage.of(5, 0);
        five.collectsVotes(N5, 1, N5, N4, N3);
        five.elect(N1, 2, N1, N2, N3);
        five.replicate(noOp(1, 2), N2, N3);
        five.step(N1).commits(1).unsynced();
        five.step(N5).leads().appends(noOp(1, 1)).synced();
        five.oracle.fullCheck();

        assertThat(five.oracle.leaders()).isEqualTo(2);
    }

    @Test
    @DisplayName("S5: a state machine that applies another entry than the committed one")
    void appliesAnother() {
        committed();

        assertViolates("S5", () -> stage.oracle.onApplied(N1, entry(2, 1, "y"), 2, RESULT));
    }

    @Test
    @DisplayName("S5: one that applies what its server does not know to be committed")
    void appliesEarly() {
        committed();

        assertViolates("S5", () -> stage.oracle.onApplied(N2, entry(2, 1, "x"), 2, RESULT));
    }

    @Test
    @DisplayName("S5: one that applies the same again, or leaves one out")
    void appliesOutOfOrder() {
        committed();
        stage.step(N1).appends(entries(3, 4, 1)).synced();
        stage.replicate(entries(3, 4, 1), N2);
        stage.step(N1).commits(4).unsynced();
        stage.oracle.onApplied(N1, entry(2, 1, "x"), 2, RESULT);

        assertViolates("S5", () -> stage.oracle.onApplied(N1, entry(2, 1, "x"), 2, RESULT));
        assertViolates("S5", () -> stage.oracle.onApplied(N1, entries(3, 4, 1), 4, RESULT));
    }

    @Test
    @DisplayName("S5: two that answer the same command differently")
    void answersDiffer() {
        committed();
        stage.oracle.onApplied(N1, entry(2, 1, "x"), 2, RESULT);
        stage.step(N2).commits(2).unsynced();

        assertViolates("S5", () -> stage.oracle.onApplied(N2, entry(2, 1, "x"), 2, new byte[] {9}));
    }

    @Test
    @DisplayName("S6: a server that takes another entry for committed")
    void commitsAnother() {
        committed();
        stage.step(N3).term(1).appends(noOp(1, 1)).unsynced();
        stage.step(N3).term(2).appends(entry(2, 2, "y")).unsynced();

        assertViolates("S6", () -> stage.step(N3).commits(2).unsynced());
    }

    @Test
    @DisplayName("S7: a commitment of what is not on the disks of a majority")
    void commitsEarly() {
        stage.elect(N1, 1, N1, N2);
        stage.step(N2).appends(noOp(1, 1)).unsynced();

        assertViolates("S7", () -> stage.step(N1).commits(1).unsynced());
    }

    @Test
    @DisplayName("S7: a committed entry that a disk drops later; seen when all are compared")
    void dropsCommitted() {
        committed();
        stage.step(N2).appends(noOp(1, 1)).synced();

        assertViolates("S7", stage.oracle::fullCheck);
    }

    @Test
    @DisplayName("S8: a leader that commits an entry of an earlier term because a majority has it")
    void commitsAnEarlierTerm() {
        stage.elect(N1, 1, N1, N2);
        stage.elect(N1, 2, N1, N2);
        stage.replicate(noOp(1, 1), N2);

        assertViolates("S8", () -> stage.step(N1).commits(1).unsynced());
    }

    @Test
    @DisplayName("S8: a follower that knows of a commitment before any leader")
    void followerCommits() {
        stage.elect(N1, 1, N1, N2);
        stage.replicate(noOp(1, 1), N2);

        assertViolates("S8", () -> stage.step(N2).commits(1).unsynced());
    }

    @Test
    @DisplayName("S9: a server whose log is not what it knows to be committed; seen when all are compared")
    void losesItsPrefix() {
        CommittedLog canon = new CommittedLog(stage.founding);
        LogMirror right = new LogMirror(canon, new MembershipRows.Row(0, stage.founding));
        right.append(entry(1, 1, "x"), EntryHashes.of(entry(1, 1, "x")));
        canon.extend(right, 1, 1);
        ServerView view = new ServerView(N1, Optional.empty(), canon, stage.founding);
        view.log.append(entry(1, 1, "y"), EntryHashes.of(entry(1, 1, "y")));
        view.hasLived = true;
        view.commitIndex = 1;
        List<ServerView> servers = new ArrayList<>(List.of(view));

        assertViolates("S9", () -> new FullCheck(servers, canon).check());
    }

    @Test
    @DisplayName("S10: a disk that ends with a later term than what is committed, and lacks that")
    void upToDateButIncomplete() {
        committed();

        assertViolates("S10", () -> stage.step(N3).term(2).appends(noOp(1, 2)).synced());
    }

    @Test
    @DisplayName("nothing, where figure 8 says that it may be: an entry on a majority is overwritten")
    void allowsFigure8() {
        Stage five = Stage.of(5, 0);
        EntryRun ofTerm2 = entry(2, 2, "two");
        five.elect(N1, 1, N1, N2, N3);
        five.replicate(noOp(1, 1), N2, N3, N4, N5);
        five.step(N1).commits(1).unsynced();
        five.collectsVotes(N1, 2, N1, N2, N3); // (a)
        five.step(N1).leads().appends(ofTerm2).synced();
        five.replicate(ofTerm2, N2);
        five.elect(N5, 3, N5, N3, N4); // (b)
        five.elect(N1, 4, N1, N2, N3); // (c)
        five.replicate(ofTerm2, N3);
        five.collectsVotes(N5, 5, N5, N2, N3, N4); // (d)
        five.step(N5).leads().appends(noOp(3, 5)).synced();
        for (var follower : List.of(N2, N3, N4)) {
            five.step(follower).appends(noOp(2, 3), noOp(3, 5)).synced();
        }
        five.step(N5).commits(3).unsynced();
        five.oracle.fullCheck();

        assertThat(five.oracle.committed()).isEqualTo(3);
    }

    @Test
    @DisplayName(
            "nothing, where a leader commits an entry of an earlier term indirectly, and another has a later one there")
    void allowsALaterTermBesideAnIndirectCommitment() {
        Stage five = Stage.of(5, 0);
        EntryRun ofTerm2 = entry(2, 2, "two");
        five.elect(N1, 1, N1, N2, N3);
        five.replicate(noOp(1, 1), N2, N3, N4, N5);
        five.collectsVotes(N1, 2, N1, N2, N3);
        five.step(N1).leads().appends(ofTerm2).synced();
        five.elect(N5, 3, N5, N3, N4); // has an entry of term 3 at 2
        five.collectsVotes(N1, 4, N1, N2, N3);
        five.step(N1).leads().appends(noOp(3, 4)).synced();
        five.replicate(ofTerm2, N2, N3, N4);
        five.replicate(noOp(3, 4), N2, N3);
        five.step(N1).commits(3).unsynced();
        five.step(N4)
                .commits(2)
                .unsynced(); // less up-to-date than N5, which does not have what N4 knows to be committed
        five.oracle.fullCheck();

        assertThat(five.oracle.committed()).isEqualTo(3);
    }
}
