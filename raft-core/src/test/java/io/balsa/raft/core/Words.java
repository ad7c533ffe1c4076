package io.balsa.raft.core;

import io.balsa.raft.cluster.Membership;
import io.balsa.raft.message.AppendEntries;
import io.balsa.raft.message.AppendEntriesAccepted;
import io.balsa.raft.message.AppendEntriesRejected;
import io.balsa.raft.message.Heartbeat;
import io.balsa.raft.message.HeartbeatReply;
import io.balsa.raft.message.InstallSnapshot;
import io.balsa.raft.message.InstallSnapshotReply;
import io.balsa.raft.message.Message;
import io.balsa.raft.message.NodeMessage;
import io.balsa.raft.message.PreVote;
import io.balsa.raft.message.PreVoteReply;
import io.balsa.raft.message.ReadReply;
import io.balsa.raft.message.ReadRequest;
import io.balsa.raft.message.RequestVote;
import io.balsa.raft.message.RequestVoteReply;
import io.balsa.raft.message.TimeoutNow;
import io.balsa.raft.storage.EntryKind;
import io.balsa.raft.storage.EntryRun;
import io.balsa.raft.storage.LogEntry;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** How golden scripts speak of messages, notices and servers. */
final class Words implements Message.Handler, Notice.Handler {

    private String words = "";

    private Words() {}

    static String of(Message message) {
        Words spoken = new Words();
        message.dispatch(spoken);
        return message.from() + "->" + message.to() + " " + spoken.words + " term=" + message.term();
    }

    static String of(Notice notice) {
        Words spoken = new Words();
        notice.dispatch(spoken);
        return spoken.words;
    }

    static String status(TestServer server) {
        RaftCore core = server.core();
        return server.self() + " " + name(core) + " of term " + core.currentTerm() + ", vote "
                + core.votedFor().map(Object::toString).orElse("-") + ", leader "
                + core.leader().map(Object::toString).orElse("-") + ", commit " + core.commitIndex() + ", last "
                + core.lastIndex() + "/" + core.termAt(core.lastIndex()) + ", durable " + core.durableIndex();
    }

    /** Each entry as term and command; {@code |} stands after what is committed, {@code ~} after what is durable. */
    static String log(TestServer server) {
        StringBuilder line = new StringBuilder(server.self() + ":");
        long base = server.written().baseIndex();
        line.append(base > 0 ? " snapshot of " + base : "");
        for (long index = base; index <= server.core().lastIndex(); index++) {
            if (index > base) {
                line.append(' ').append(entry(server.written().entry(index)));
            }
            line.append(index == server.core().commitIndex() ? " |" : "");
            line.append(index == server.core().durableIndex() ? " ~" : "");
        }
        return line.toString();
    }

    static String entries(TestServer server, long from, long to) {
        List<String> all = new ArrayList<>();
        long base = server.written().baseIndex();
        if (from <= base) {
            all.add("a snapshot of " + base);
        }
        for (long index = Math.max(from, base + 1); index <= to; index++) {
            all.add(index + "=" + entry(server.written().entry(index)));
        }
        return String.join(" ", all);
    }

    private static String entry(LogEntry entry) {
        String command = new String(entry.data(), StandardCharsets.UTF_8);
        String content = entry.kind() == EntryKind.MEMBERSHIP ? names(Membership.decode(entry.data())) : command;
        return entry.term() + ":" + (entry.kind() == EntryKind.NO_OP ? "-" : content);
    }

    private static String name(RaftCore core) {
        return switch (core.role()) {
            case LEARNER -> "learner";
            case FOLLOWER -> "follower";
            case PRE_CANDIDATE -> "pre-candidate";
            case CANDIDATE -> "candidate";
            case LEADER -> "leader";
        };
    }

    private static String yesOrNo(boolean granted) {
        return granted ? "yes" : "no";
    }

    @Override
    public void onPreVote(PreVote request) {
        words = "would you vote? last=" + request.last();
    }

    @Override
    public void onPreVoteReply(PreVoteReply reply) {
        words = "would vote: " + yesOrNo(reply.granted())
                + (reply.removedAt() > 0 ? ", but you are out since " + reply.removedAt() : "");
    }

    @Override
    public void onRequestVote(RequestVote request) {
        words = "vote! last=" + request.last() + (request.transfer() ? " as your leader wants" : "");
    }

    @Override
    public void onRequestVoteReply(RequestVoteReply reply) {
        words = "vote: " + yesOrNo(reply.granted());
    }

    @Override
    public void onAppendEntries(AppendEntries request) {
        List<String> terms = new ArrayList<>();
        for (EntryRun run : request.runs()) {
            run.entries().forEach(entry -> terms.add(entry(entry)));
        }
        words = "append after " + request.previous() + " " + terms + " commit=" + request.leaderCommit();
    }

    @Override
    public void onAppendEntriesAccepted(AppendEntriesAccepted reply) {
        words = "accepted match=" + reply.matchIndex();
    }

    @Override
    public void onAppendEntriesRejected(AppendEntriesRejected reply) {
        words = "rejected at=" + reply.rejectedIndex() + " hint=" + reply.hint();
    }

    @Override
    public void onHeartbeat(Heartbeat request) {
        words = "heartbeat commit=" + request.leaderCommit() + " round=" + request.round();
    }

    @Override
    public void onHeartbeatReply(HeartbeatReply reply) {
        words = "heard round=" + reply.round();
    }

    @Override
    public void onReadRequest(ReadRequest request) {
        words = "read?"; // its name is random
    }

    @Override
    public void onReadReply(ReadReply reply) {
        words = "read index=" + reply.index();
    }

    @Override
    public void onInstallSnapshot(InstallSnapshot request) {
        words = "snapshot of " + request.snapshot().last() + " from byte " + request.offset() + ": "
                + request.data().size() + " of " + request.snapshot().sizeBytes();
    }

    @Override
    public void onInstallSnapshotReply(InstallSnapshotReply reply) {
        words = "has " + reply.received() + " bytes of snapshot " + reply.snapshot();
    }

    @Override
    public void onTimeoutNow(TimeoutNow request) {
        words = "take over!";
    }

    @Override
    public void onNodeMessage(NodeMessage message) {
        words = message.toString();
    }

    @Override
    public void onAppended(Notice.Appended notice) {
        words = "appends " + notice.count() + " from " + notice.firstIndex() + "/" + notice.term();
    }

    @Override
    public void onProposalsRefused(Notice.ProposalsRefused notice) {
        words = "refuses: " + notice.reason();
    }

    @Override
    public void onReadReady(Notice.ReadReady notice) {
        words = "serves read " + notice.read() + " at " + notice.index();
    }

    @Override
    public void onReadFailed(Notice.ReadFailed notice) {
        words = "fails read " + notice.read() + ": " + notice.reason();
    }

    @Override
    public void onRoleChanged(Notice.RoleChanged notice) {
        words = "is " + notice.role() + " of term " + notice.term()
                + notice.leader().map(leader -> ", led by " + leader).orElse("");
    }

    @Override
    public void onMembershipChanged(Notice.MembershipChanged notice) {
        words = "has members " + names(notice.membership()) + " from " + notice.index();
    }

    /** Voters; then, if there are any, those of the old half, and learners. */
    private static String names(Membership membership) {
        return membership.voters()
                + (membership.isJoint() ? " and " + membership.outgoingVoters() : "")
                + (membership.learners().isEmpty() ? "" : " learning " + membership.learners());
    }

    @Override
    public void onLeaseReady(Notice.LeaseReady notice) {
        words = "serves read " + notice.read() + " at " + notice.index() + " by its lease";
    }

    @Override
    public void onChangeDone(Notice.ChangeDone notice) {
        words = "change " + notice.request() + " is done: " + names(notice.membership());
    }

    @Override
    public void onChangeRefused(Notice.ChangeRefused notice) {
        words = "refuses change " + notice.request() + ": " + notice.reason();
    }

    @Override
    public void onChangeUnknown(Notice.ChangeUnknown notice) {
        words = "knows no more of change " + notice.request();
    }

    @Override
    public void onTransferDone(Notice.TransferDone notice) {
        words = "has handed over to " + notice.leader() + ", request " + notice.request();
    }

    @Override
    public void onPeerSilence(Notice.PeerSilence notice) {
        words = notice.silent() ? "suspects " + notice.peer() : "hears " + notice.peer() + " again";
    }

    @Override
    public void onStoreLost(Notice.StoreLost notice) {
        words = "finds that " + notice.peer() + " has lost its store";
    }
}
