package io.balsa.raft.thesis;

import static io.balsa.raft.core.Setup.acknowledge;
import static io.balsa.raft.core.Setup.append;
import static io.balsa.raft.core.Setup.at;
import static io.balsa.raft.core.Setup.propose;
import static io.balsa.raft.core.Setup.run;
import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.raft.cluster.NodeId;
import io.balsa.raft.cluster.RaftRole;
import io.balsa.raft.core.Input;
import io.balsa.raft.core.Load;
import io.balsa.raft.core.Setup;
import io.balsa.raft.core.TestServer;
import io.balsa.raft.message.AppendEntries;
import io.balsa.raft.message.AppendEntriesRejected;
import io.balsa.raft.message.Heartbeat;
import io.balsa.raft.message.HeartbeatReply;
import io.balsa.raft.storage.LogPosition;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** A leader of three servers that streams entries to its followers, loses messages, and goes back. */
@DisplayName("Section 10.2: a leader")
class Section10_2_PipelineTest {

    private static final NodeId ONE = NodeId.of(1);
    private static final NodeId TWO = NodeId.of(2);

    private static List<AppendEntries> sentToTwo(TestServer leader) {
        return leader.takeSent(AppendEntries.class).stream()
                .filter(request -> request.to().equals(TWO))
                .toList();
    }

    /** One heartbeat interval in which server 2 answers. */
    private static void heartbeat(TestServer leader) {
        leader.waits(Setup.HEARTBEAT);
        Heartbeat last = leader.takeSent(Heartbeat.class).get(0);
        leader.receives(new HeartbeatReply(last.term(), TWO, ONE, last.round()));
    }

    private static void refuse(TestServer leader, long index, LogPosition hint) {
        leader.receives(new AppendEntriesRejected(leader.core().currentTerm(), TWO, ONE, index, hint));
    }

    @Test
    @DisplayName("sends no more than one message before it knows where the logs agree")
    void probes() {
        TestServer leader = Setup.cluster(3).log(1).candidate(1);
        leader.takeSent();
        leader.receives(new io.balsa.raft.message.RequestVoteReply(2, TWO, ONE, true));

        propose(leader, "x");
        propose(leader, "y");

        assertThat(sentToTwo(leader)).extracting(AppendEntries::previous).containsExactly(at(1, 1));
    }

    @Test
    @DisplayName("sends the next entries before the last ones are acknowledged")
    void pipelines() {
        TestServer leader = Setup.cluster(3).leader(1);

        propose(leader, "x");
        propose(leader, "y");

        assertThat(sentToTwo(leader)).extracting(AppendEntries::previous).containsExactly(at(1, 2), at(2, 2));
    }

    @Test
    @DisplayName("has no more messages on their way to one follower than it may")
    void boundsMessages() {
        TestServer leader = Setup.cluster(3).batch(1).inflight(2, 1 << 20).leader(1);

        propose(leader, "a", "b", "c", "d");
        int first = sentToTwo(leader).size();
        acknowledge(leader, 2, 2);

        assertThat(first).isEqualTo(2);
        assertThat(sentToTwo(leader)).extracting(AppendEntries::lastIndex).containsExactly(4L);
    }

    @Test
    @DisplayName("has no more bytes on their way to one follower than it may, give or take a message")
    void boundsBytes() {
        TestServer leader = Setup.cluster(3).batch(1).inflight(100, 50).leader(1);

        propose(leader, "a", "b", "c", "d");
        int first = sentToTwo(leader).size();
        acknowledge(leader, 2, 3);

        assertThat(first).isEqualTo(2);
        assertThat(sentToTwo(leader)).extracting(AppendEntries::lastIndex).containsExactly(4L, 5L);
    }

    @Test
    @DisplayName("puts no more bytes into a message than it may, if there is more than one run")
    void boundsBatches() {
        TestServer leader = Setup.cluster(3).batch(70).inflight(1, 1 << 20).leader(1);

        propose(leader, "a");
        propose(leader, "b");
        propose(leader, "c");
        propose(leader, "d");
        leader.takeSent();
        acknowledge(leader, 2, 2);

        assertThat(sentToTwo(leader)).extracting(AppendEntries::lastIndex).containsExactly(4L);
    }

    @Test
    @DisplayName("finds a lost AppendEntries by heartbeats, without a new proposal")
    void recoversALostRequest() {
        TestServer leader = Setup.cluster(3).leader(1);
        propose(leader, "x");
        leader.takeSent();

        heartbeat(leader);
        leader.takeSent();
        heartbeat(leader);
        AppendEntries question = sentToTwo(leader).get(0);
        refuse(leader, question.previous().index(), at(1, 2));

        assertThat(question.runs()).isEmpty();
        assertThat(sentToTwo(leader)).extracting(AppendEntries::runs).containsExactly(List.of(run(2, 2, "x")));
    }

    @Test
    @DisplayName("finds a lost acknowledgement by heartbeats, without a new proposal")
    void recoversALostAcknowledgement() {
        TestServer leader = Setup.cluster(3).leader(1);
        TestServer follower = Setup.cluster(3).log(2).server(2);
        propose(leader, "x");
        leader.persists();
        follower.receives(append(2, at(1, 2), 1, run(2, 2, "x")));
        follower.persists();
        follower.takeSent();

        heartbeat(leader);
        heartbeat(leader);
        sentToTwo(leader).forEach(follower::receives);
        follower.takeSent().forEach(leader::receives);

        assertThat(leader.core().commitIndex()).isEqualTo(2);
    }

    @Test
    @DisplayName("asks again if its question after the end of the log was lost")
    void recoversALostProbe() {
        TestServer leader = Setup.cluster(3).log(1).elected(1);
        leader.takeSent();

        heartbeat(leader);

        assertThat(sentToTwo(leader)).extracting(AppendEntries::previous).containsExactly(at(1, 1));
    }

    @Test
    @DisplayName("sends nothing but heartbeats to a follower that has everything")
    void isQuietWhenAllIsDone() {
        TestServer leader = Setup.cluster(3).leader(1);

        heartbeat(leader);
        heartbeat(leader);

        assertThat(leader.takeSent(AppendEntries.class)).isEmpty();
    }

    @Test
    @DisplayName("goes back a term at a time when a follower's hint allows it")
    void skipsATermAtATime() {
        TestServer leader = Setup.cluster(3).log(1, 1, 1, 4, 4, 5, 5, 6, 6, 6).elected(1);
        leader.takeSent();

        refuse(leader, 10, at(10, 3));
        leader.reads();

        assertThat(sentToTwo(leader)).extracting(AppendEntries::previous).containsExactly(at(3, 1));
    }

    @Test
    @DisplayName("takes a refusal that was overtaken for what it is")
    void ignoresAnOldRefusal() {
        TestServer leader = Setup.cluster(3).log(1, 1, 1).elected(1);
        refuse(leader, 3, at(2, 1));
        leader.takeSent();

        refuse(leader, 3, at(2, 1));

        assertThat(sentToTwo(leader)).isEmpty();
    }

    @Test
    @DisplayName("never goes back below what a follower has acknowledged")
    void doesNotGoBelowMatchIndex() {
        TestServer leader = Setup.cluster(3).log(1, 1, 1).leader(1);
        propose(leader, "x");
        leader.takeSent();

        refuse(leader, 5, LogPosition.ZERO);

        assertThat(sentToTwo(leader)).extracting(AppendEntries::previous).containsExactly(at(4, 2));
    }

    @Test
    @DisplayName("starts over with one message when the transport says that what was sent is lost")
    void probesAnUnreachableFollower() {
        TestServer leader = Setup.cluster(3).leader(1);
        propose(leader, "x");
        propose(leader, "y");
        leader.takeSent();

        leader.happens(new Input.Unreachable(TWO));

        assertThat(sentToTwo(leader)).extracting(AppendEntries::previous).containsExactly(at(1, 2));
    }

    @Test
    @DisplayName("asks for entries that it holds no more, and sends them when they come")
    void loadsOldEntries() {
        TestServer leader = Setup.cluster(3).log(1, 1, 1).elected(1);
        leader.takeSent();

        refuse(leader, 3, at(1, 1));
        List<Load> asked = leader.loads();
        leader.reads();

        assertThat(asked).containsExactly(new Load.Entries(TWO, 2, 4, 1 << 10));
        assertThat(sentToTwo(leader)).extracting(AppendEntries::previous).containsExactly(at(1, 1));
    }

    @Test
    @DisplayName("asks once for the same entries, heartbeats or not")
    void loadsOnce() {
        TestServer leader = Setup.cluster(3).log(1, 1, 1).elected(1);
        leader.takeSent();
        refuse(leader, 3, at(1, 1));

        heartbeat(leader);
        propose(leader, "x");

        assertThat(leader.loads()).hasSize(1);
    }

    @Test
    @DisplayName("that has lost its office makes nothing of old entries that come then")
    void loadedTooLate() {
        TestServer leader = Setup.cluster(3).log(1, 1, 1).elected(1);
        refuse(leader, 3, at(1, 1));
        leader.receives(new Heartbeat(9, TWO, ONE, 0, 1));
        leader.takeSent();

        leader.reads();

        assertThat(leader.core().role()).isEqualTo(RaftRole.FOLLOWER);
        assertThat(leader.takeSent()).isEmpty();
    }

    @Test
    @DisplayName("tries again with the next heartbeat, not at once, when old entries could not be read")
    void doesNotHurryAFailingDisk() {
        TestServer leader = Setup.cluster(3).log(1, 1, 1).elected(1);
        refuse(leader, 3, at(1, 1));
        int asked = leader.loads().size();

        leader.happens(new Input.Loaded(TWO, List.of()));
        int atOnce = leader.loads().size() - asked;
        heartbeat(leader);

        assertThat(atOnce).isZero();
        assertThat(leader.loads()).hasSize(asked + 1);
    }

    @Test
    @DisplayName("drops old entries that its follower needs no more, and asks for those it needs")
    void loadedForSomethingElse() {
        TestServer leader = Setup.cluster(3).log(1, 1, 1).elected(1);
        refuse(leader, 3, at(1, 1));
        leader.takeSent();
        acknowledge(leader, 2, 2);

        leader.reads();

        assertThat(sentToTwo(leader)).isEmpty();
        assertThat(leader.loads())
                .extracting(load -> ((Load.Entries) load).fromIndex())
                .containsExactly(3L);
    }

    @Test
    @DisplayName("sends only heartbeats to a follower that needs what a snapshot stands for")
    void needsASnapshot() {
        TestServer leader = Setup.cluster(3).base(5, 1).log(1).elected(1);
        leader.takeSent();

        refuse(leader, 6, at(3, 1));
        refuse(leader, 5, at(3, 1));
        propose(leader, "x");
        heartbeat(leader);

        assertThat(sentToTwo(leader)).isEmpty();
    }

    @Test
    @DisplayName("goes on when a follower has, after all, what the log begins after")
    void needsNoSnapshotAnyMore() {
        TestServer leader = Setup.cluster(3).base(5, 1).log(1).elected(1);
        refuse(leader, 6, at(3, 1));
        refuse(leader, 5, at(3, 1));
        leader.takeSent();

        acknowledge(leader, 2, 6);

        assertThat(sentToTwo(leader)).extracting(AppendEntries::previous).containsExactly(at(6, 1));
    }
}
