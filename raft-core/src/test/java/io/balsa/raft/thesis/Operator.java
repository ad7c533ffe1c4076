package io.balsa.raft.thesis;

import io.balsa.raft.cluster.ChangeRefusal;
import io.balsa.raft.cluster.Member;
import io.balsa.raft.cluster.MembershipChange;
import io.balsa.raft.cluster.NodeId;
import io.balsa.raft.core.Input;
import io.balsa.raft.core.Notice;
import io.balsa.raft.core.Setup;
import io.balsa.raft.core.TestServer;
import io.balsa.raft.message.Heartbeat;
import io.balsa.raft.message.HeartbeatReply;
import java.util.List;
import java.util.Optional;

/** What operators ask of a server, and what they are told. */
final class Operator {

    static final long REQUEST = 42;

    private Operator() {}

    static MembershipChange begin() {
        return MembershipChange.begin();
    }

    static Member member(long id) {
        return Member.of(id, "n" + id);
    }

    static NodeId id(long number) {
        return NodeId.of(number);
    }

    static void change(TestServer server, MembershipChange change) {
        server.happens(new Input.ChangeRequested(REQUEST, change));
    }

    static void transfer(TestServer server, long target) {
        server.happens(new Input.TransferRequested(REQUEST, Optional.of(NodeId.of(target))));
    }

    static void transferToAnybody(TestServer server) {
        server.happens(new Input.TransferRequested(REQUEST, Optional.empty()));
    }

    /** Why the request was refused; empty if it was not, or not yet. */
    static Optional<ChangeRefusal> refusal(TestServer server) {
        return notices(server, Notice.ChangeRefused.class).stream()
                .map(Notice.ChangeRefused::reason)
                .findFirst();
    }

    static <T extends Notice> List<T> notices(TestServer server, Class<T> kind) {
        return server.takeNotices().stream()
                .filter(kind::isInstance)
                .map(kind::cast)
                .toList();
    }

    /** A follower answers a heartbeat of the leader's term. */
    static void heard(TestServer leader, long follower, long round, long storeId) {
        leader.receives(new HeartbeatReply(
                leader.core().currentTerm(),
                NodeId.of(follower),
                leader.self(),
                round,
                storeId,
                Setup.ELECTION_TIMEOUT));
    }

    /** The next heartbeats leave. Returns their round; all messages until then are forgotten. */
    static long nextRound(TestServer leader) {
        leader.takeSent();
        leader.waits(Setup.HEARTBEAT);
        return leader.takeSent(Heartbeat.class).stream()
                .mapToLong(Heartbeat::round)
                .max()
                .orElseThrow();
    }

    /** The leader's disk writes what waits, and these followers acknowledge all there is. */
    static void commits(TestServer leader, long... followers) {
        leader.persists();
        for (long follower : followers) {
            Setup.acknowledge(leader, follower, leader.core().lastIndex());
        }
    }

    /** The voters, by number. */
    static List<Long> voters(TestServer server) {
        return server.core().membership().voters().stream().map(NodeId::value).toList();
    }

    /** The voters of the old half, by number. */
    static List<Long> outgoing(TestServer server) {
        return server.core().membership().outgoingVoters().stream()
                .map(NodeId::value)
                .toList();
    }

    /** The learners, by number. */
    static List<Long> learners(TestServer server) {
        return server.core().membership().learners().stream().map(NodeId::value).toList();
    }
}
