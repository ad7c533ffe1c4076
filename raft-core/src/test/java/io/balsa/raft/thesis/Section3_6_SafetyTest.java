package io.balsa.raft.thesis;

import static io.balsa.raft.core.Setup.acknowledge;
import static io.balsa.raft.core.Setup.append;
import static io.balsa.raft.core.Setup.at;
import static io.balsa.raft.core.Setup.propose;
import static io.balsa.raft.core.Setup.run;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.balsa.raft.cluster.NodeId;
import io.balsa.raft.core.SafetyViolation;
import io.balsa.raft.core.Setup;
import io.balsa.raft.core.TestServer;
import io.balsa.raft.message.AppendEntriesAccepted;
import io.balsa.raft.message.RequestVote;
import io.balsa.raft.message.RequestVoteReply;
import io.balsa.raft.storage.EntryKind;
import io.balsa.raft.storage.EntryRun;
import java.util.Collections;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The restrictions on elections and on commitment that make the rest safe. */
@DisplayName("Section 3.6")
class Section3_6_SafetyTest {

    private static final NodeId ONE = NodeId.of(1);
    private static final NodeId TWO = NodeId.of(2);

    @ParameterizedTest(name = "candidate {0}/{1}, voter 3/2: {2}")
    @DisplayName("the voter denies its vote if its own log is more up-to-date than that of the candidate")
    @CsvSource({"3, 2, true", "4, 2, true", "2, 2, false", "9, 1, false", "1, 3, true", "3, 3, true", "0, 0, false"})
    void comparesLogs(long index, long term, boolean granted) {
        TestServer voter = Setup.cluster(3).log(1, 2, 2).server(2);

        voter.receives(new RequestVote(5, ONE, TWO, at(index, term)));
        voter.persists();

        assertThat(voter.takeSent()).containsExactly(new RequestVoteReply(5, TWO, ONE, granted));
        assertThat(voter.durable().hardState().votedFor().isPresent()).isEqualTo(granted);
    }

    @Test
    @DisplayName("entries that are not durable yet count when logs are compared")
    void comparesWithEntriesUnderWay() {
        TestServer voter = Setup.cluster(3).server(2);
        voter.receives(append(1, at(0, 0), 0, run(1, 1, "x")));

        voter.receives(new RequestVote(5, ONE, TWO, at(0, 0)));
        voter.persists();

        assertThat(voter.takeSent(RequestVoteReply.class)).noneMatch(RequestVoteReply::granted);
    }

    @Test
    @DisplayName("a leader begins its term with an entry of its own, a no-op")
    void beginsWithANoOp() {
        TestServer leader = Setup.cluster(3).log(1, 1).elected(1);

        assertThat(leader.durable().entry(3).kind()).isEqualTo(EntryKind.NO_OP);
        assertThat(leader.durable().entry(3).term()).isEqualTo(2);
    }

    @Test
    @DisplayName("entries of earlier terms are not committed by counting (figure 3.7 (c))")
    void doesNotCommitAnEarlierTerm() {
        TestServer leader = Setup.cluster(5).log(1, 2).currentTerm(3).elected(1);

        acknowledge(leader, 2, 2);
        acknowledge(leader, 3, 2);

        assertThat(leader.core().currentTerm()).isEqualTo(4);
        assertThat(leader.core().commitIndex()).isZero();
    }

    @Test
    @DisplayName("an entry of the current term commits all before it (figure 3.7 (e))")
    void commitsEarlierTermsIndirectly() {
        TestServer leader = Setup.cluster(5).log(1, 2).currentTerm(3).elected(1);

        acknowledge(leader, 2, 3);
        acknowledge(leader, 3, 3);

        assertThat(leader.core().commitIndex()).isEqualTo(3);
    }

    @Test
    @DisplayName("a leader never overwrites or deletes entries in its log, it only appends")
    void onlyAppends() {
        TestServer leader = Setup.cluster(3).log(1, 1).leader(1);

        propose(leader, "x");

        assertThat(leader.written().terms()).containsExactly(1L, 1L, 2L, 2L);
    }

    @Test
    @DisplayName("a committed entry is never replaced: a server stops that is sent another one in its place")
    void neverReplacesACommittedEntry() {
        TestServer follower = committed();

        assertThatThrownBy(() -> follower.receives(append(6, at(1, 1), 3, run(2, 6, "x"))))
                .isInstanceOf(SafetyViolation.class);

        assertThat(follower.written().terms()).containsExactly(1L, 1L, 2L, 2L, 2L);
    }

    /** Server 2 knows all of its five entries to be committed. */
    private static TestServer committed() {
        TestServer follower = Setup.cluster(3).log(1, 1, 2, 2, 2).server(2);
        follower.receives(append(2, at(5, 2), 5));
        follower.takeSent();
        return follower;
    }

    @ParameterizedTest(name = "after {0}/{1} a run of {3} entries of term {2}")
    @DisplayName("a server does not acknowledge another history than the one it knows to be committed, but stops")
    @CsvSource({"0, 0, 2, 1", "2, 2, 2, 3", "1, 1, 1, 2", "1, 1, 2, 9", "2, 1, 3, 9", "4, 1, 0, 0", "4, 3, 0, 0"})
    void stopsForAnotherHistory(long previous, long previousTerm, long term, int count) {
        TestServer follower = committed();
        EntryRun[] runs = count == 0 ? new EntryRun[0] : new EntryRun[] {entries(previous + 1, term, count)};

        assertThatThrownBy(() -> follower.receives(append(3, at(previous, previousTerm), 5, runs)))
                .isInstanceOf(SafetyViolation.class);
    }

    @Test
    @DisplayName("a server acknowledges what it knows to be committed, however little the leader knows of that")
    void acknowledgesTheSameHistory() {
        TestServer follower = committed();

        follower.receives(append(3, at(0, 0), 0, entries(1, 1, 2), entries(3, 2, 1)));
        follower.receives(append(3, at(3, 2), 0, entries(4, 2, 2), entries(6, 3, 1)));
        follower.persists();

        assertThat(follower.takeSent())
                .containsExactly(new AppendEntriesAccepted(3, TWO, ONE, 5), new AppendEntriesAccepted(3, TWO, ONE, 5));
    }

    @Test
    @DisplayName("a server cannot compare what its log no longer has, and does not stop for that")
    void comparesWhatTheLogHas() {
        TestServer follower = committed();
        follower.takesSnapshot(4, 10);
        assertThat(follower.core().baseIndex()).isEqualTo(4);

        follower.receives(append(3, at(1, 3), 5, entries(2, 3, 2)));
        assertThatThrownBy(() -> follower.receives(append(3, at(1, 3), 5, entries(2, 3, 3))))
                .isInstanceOf(SafetyViolation.class);
    }

    private static EntryRun entries(long firstIndex, long term, int count) {
        return run(firstIndex, term, Collections.nCopies(count, "x").toArray(String[]::new));
    }

    @Test
    @DisplayName("a server stops rather than let terms go back along its log")
    void termsNeverGoBack() {
        TestServer follower = Setup.cluster(3).log(2, 2).server(2);

        assertThatThrownBy(() -> follower.receives(append(3, at(2, 2), 0, run(3, 1, "x"))))
                .isInstanceOfAny(SafetyViolation.class, IllegalArgumentException.class);
    }
}
