package io.balsa.raft.testkit.coverage;

import io.balsa.raft.RaftConfig;
import io.balsa.raft.cluster.ChangeRefusal;
import io.balsa.raft.cluster.Membership;
import io.balsa.raft.cluster.NodeId;
import io.balsa.raft.cluster.RaftRole;
import io.balsa.raft.core.Input;
import io.balsa.raft.core.Notice;
import io.balsa.raft.core.RaftCore;
import io.balsa.raft.core.Ready;
import io.balsa.raft.message.InstallSnapshot;
import io.balsa.raft.message.Message;
import io.balsa.raft.message.NodeMessage;
import io.balsa.raft.message.PreVote;
import io.balsa.raft.message.PreVoteReply;
import io.balsa.raft.message.ReadRequest;
import io.balsa.raft.message.RequestVoteReply;
import io.balsa.raft.storage.EntryRun;
import io.balsa.raft.storage.HardState;
import io.balsa.raft.storage.LogPosition;
import io.balsa.raft.storage.SnapshotInfo;
import io.balsa.raft.storage.StoredState;
import java.util.ArrayList;
import java.util.List;

/**
 * Watches the servers of a cluster from within and counts what can be derived from that: see {@link Counter}.
 *
 * <p>What only the world knows, it counts itself, with {@link Coverage#count}: what became of frames, which links really
 * stopped something, what clients were told, which failures of a disk stopped a node, and liveness.
 */
public final class CoverageWatch {

    private static final int MOST_SERVERS = 1 << 10;

    private final Coverage coverage = new Coverage();
    private final TermLog canon = new TermLog();
    private final long electionTimeoutNanos;
    private final List<WatchedServer> byNumber = new ArrayList<>(); // from 1
    private final Kinds kinds = new Kinds(coverage);
    private final MessageKinds sent = new MessageKinds(coverage, true);
    private final MessageKinds received = new MessageKinds(coverage, false);
    private final Elections elections;
    private final DurableMajorities majorities = new DurableMajorities(coverage);
    private final MembershipCounts memberships;
    private final SnapshotCounts snapshots;
    private final SessionCounts sessions = new SessionCounts(coverage);

    /** Watches the servers of a cluster that was founded so, and in which servers up to this number may ever be. */
    public CoverageWatch(Membership founding, RaftConfig config, int servers) {
        this.electionTimeoutNanos = config.electionTimeout().toNanos();
        if (servers >= MOST_SERVERS || founding.members().lastKey().value() > servers) {
            throw new IllegalArgumentException("servers have numbers below " + MOST_SERVERS + ", and those of "
                    + founding + " are among " + servers);
        }
        elections = new Elections(coverage, config.maxSyncDelay().toNanos());
        memberships = new MembershipCounts(coverage, founding);
        snapshots = new SnapshotCounts(coverage, canon, config.snapshots().trailingEntries());
        for (int number = 1; number <= servers; number++) {
            byNumber.add(new WatchedServer(NodeId.of(number), founding, canon));
        }
        adopt();
    }

    private WatchedServer server(NodeId id) {
        if (id.value() > byNumber.size()) {
            throw new IllegalArgumentException(id + " is not of this cluster");
        }
        return byNumber.get((int) id.value() - 1);
    }

    /** Majorities are those of the membership that was committed last. */
    private void adopt() {
        majorities.voters(
                memberships.latest().voters().stream().map(this::server).toList());
    }

    /** What was counted so far. */
    public Coverage coverage() {
        return coverage;
    }

    /** The highest term that has had a leader: when it grows, leadership has changed. */
    public long ledTerm() {
        return elections.ledTerm();
    }

    /** Whether an entry of an earlier term than the present leader's is on a majority and not known to be committed. */
    public boolean isFigure8Near() {
        long term = majorities.termAt(canon.last() + 1L);
        return term != 0 && term < elections.ledTerm();
    }

    // --- the life of a server ---

    /** A server has started, with this on its disk, all of the log among it. */
    public void onStart(NodeId id, StoredState found, List<EntryRun> entries) {
        WatchedServer server = server(id);
        if (server.lives++ > 0) {
            coverage.count(Counter.RESTARTS);
        }
        server.end();
        server.begin(found, entries);
        if (!server.written.isEmpty()) {
            LogPosition last = server.written.get(server.written.size() - 1).lastPosition();
            if (server.log.termAt(last.index()) != last.term()) {
                coverage.count(Counter.RESTARTS_LOST_SUFFIX);
            }
            server.written.clear();
        }
        majorities.onFound(server, found.base(), entries);
        kinds.onRole(server.isVoter() ? RaftRole.FOLLOWER : RaftRole.LEARNER);
    }

    /**
     * What its storage had to repair when it started; called together with {@link #onStart}.
     *
     * @param cutBytes of a torn tail of the log
     * @param halfWrittenMetadata whether one copy of term and vote was not whole
     */
    public void onRecovered(long cutBytes, boolean halfWrittenMetadata) {
        if (cutBytes > 0) {
            coverage.count(Counter.RESTARTS_TORN_TAIL);
        }
        if (halfWrittenMetadata) {
            coverage.count(Counter.RESTARTS_HALF_METADATA);
        }
    }

    /** Whether a server has given its storage the term and vote of a Ready, but not yet its entries. */
    public boolean isBetweenWrites(NodeId id) {
        return server(id).isBetweenWrites();
    }

    /** Whether a snapshot is durable, and the log that it stands for is about to be cut, but is not yet. */
    public boolean isBeforeLogCut(NodeId id) {
        return server(id).snapshotStage != SnapshotStage.NONE;
    }

    /** The process is gone, whether it crashed, failed or was stopped. */
    public void onCrash(NodeId id) {
        WatchedServer server = server(id);
        if (isBetweenWrites(id)) {
            coverage.count(Counter.CRASHES_BETWEEN_WRITES);
        }
        snapshots.onCrash(server);
        if (server.role == RaftRole.LEADER) {
            elections.leftOffice(server);
        }
        server.end();
    }

    /** The whole process stood still for so long, while it had something to do. */
    public void onPaused(NodeId id, long nanos) {
        if (server(id).role == RaftRole.LEADER && nanos > electionTimeoutNanos) {
            coverage.count(Counter.LEADER_PAUSES);
        }
    }

    // --- what its storage does ---

    /** The storage has taken term and vote. */
    public void onWritten(NodeId id, HardState state) {
        server(id).statesWritten++;
    }

    /** The storage has taken entries, which are not synced. */
    public void onWritten(NodeId id, EntryRun run) {
        server(id).written.add(run);
    }

    /** Everything that Readies up to this number wanted to be written is durable. */
    public void onDurable(NodeId id, long number) {
        WatchedServer server = server(id);
        server.written.clear();
        server.statesWritten = 0;
        while (!server.unsynced.isEmpty() && server.unsynced.peek().number() <= number) {
            WatchedServer.Write write = server.unsynced.remove();
            write.install().ifPresent(snapshot -> majorities.onFound(server, snapshot.last(), List.of()));
            for (EntryRun run : write.runs()) {
                majorities.onDurable(server, run);
            }
        }
    }

    /** A snapshot, of its own or of a leader, is durable and visible. */
    public void onSnapshotPublished(NodeId id, SnapshotInfo snapshot) {
        snapshots.onPublished(server(id), snapshot);
    }

    /** The storage has installed a snapshot, or let go of entries that one covers. */
    public void onLogCut(NodeId id) {
        snapshots.onLogCut(server(id));
    }

    // --- what is asked of it ---

    /** An operator was refused a snapshot. Other refusals are seen where they are made, in the core. */
    public void onSnapshotRefused(ChangeRefusal reason) {
        kinds.onRefusal(reason);
    }

    /** A server has applied an entry that has a result. */
    public void onApplied(EntryRun run, long index, byte[] result) {
        sessions.onApplied(run, index, result);
    }

    /** A read was served by a lease. */
    public void onLeaseRead() {
        coverage.count(Counter.READS_BY_LEASE);
    }

    // --- what its core does ---

    /** This is about to happen to the core of a server. */
    public void onStep(NodeId id, RaftCore core, Input input) {
        input.dispatch(kinds);
        WatchedServer server = server(id);
        snapshots.onStep(server, core, input);
        if (input instanceof Input.Received arrived) {
            onReceived(server, core, arrived.message());
        } else if (input instanceof Input.TimePassed time) {
            server.nowNanos = time.nowNanos();
            if (time.nowNanos() - core.nextDeadlineNanos() > electionTimeoutNanos) {
                coverage.count(Counter.LATE_TIMERS);
            }
        } else if (input instanceof Input.ReadRequested) {
            onReadAsked(core);
        } else if (input instanceof Input.RoomChanged room && room.hasRoom()) {
            coverage.count(Counter.DISK_FULL_RECOVERED); // it is told only after the contrary
        }
    }

    private void onReceived(WatchedServer server, RaftCore core, Message message) {
        message.dispatch(received);
        long late = core.currentTerm() - message.term();
        if (late >= 1) {
            coverage.count(Counter.MESSAGES_A_TERM_LATE);
        }
        if (late >= 2) {
            coverage.count(Counter.MESSAGES_TERMS_LATE);
        }
        if (message instanceof PreVote request) {
            server.preVotes.add(ifRefused(core, request));
        } else if (message instanceof ReadRequest && late == 0) {
            onReadAsked(core);
        } else if (message instanceof InstallSnapshot piece) {
            snapshots.onArrived(core, piece);
        }
    }

    /** What it would count as, if this were refused. One that comes too late to count is refused for that alone. */
    private static Counter ifRefused(RaftCore core, PreVote request) {
        if (request.term() < core.currentTerm()) {
            return Counter.MESSAGES_A_TERM_LATE;
        }
        LogPosition last = new LogPosition(core.lastIndex(), core.termAt(core.lastIndex()));
        return request.last().isAtLeastAsUpToDateAs(last)
                ? Counter.PRE_VOTES_REFUSED_LEADER_ALIVE
                : Counter.PRE_VOTES_REFUSED_LOG_BEHIND;
    }

    private void onReadAsked(RaftCore core) {
        if (core.role() == RaftRole.LEADER && core.termAt(core.commitIndex()) != core.currentTerm()) {
            coverage.count(Counter.READS_BEFORE_OWN_COMMIT);
        }
    }

    /** A server's core wants this done. */
    public void onReady(NodeId id, Ready ready) {
        WatchedServer server = server(id);
        snapshots.onReady(server, ready);
        onEntries(server, ready);
        onCommitted(server, ready);
        memberships.onReady(server, ready);
        for (Notice notice : ready.notices()) {
            notice.dispatch(kinds);
            if (notice instanceof Notice.RoleChanged change) {
                elections.onRoleChanged(server, change, byNumber);
            } else if (notice instanceof Notice.Appended appended) {
                server.proposed = appended.firstIndex() + appended.count() - 1;
            } else if (notice instanceof Notice.ReadReady) {
                coverage.count(ready.role() == RaftRole.LEADER ? Counter.READS_BY_INDEX : Counter.READS_BY_FOLLOWERS);
            } else if (notice instanceof Notice.TransferDone) {
                coverage.count(Counter.TRANSFERS);
            } else if (notice instanceof Notice.ChangeRefused refused
                    && refused.reason() == ChangeRefusal.TRANSFER_TIMED_OUT) {
                coverage.count(Counter.TRANSFERS_ABORTED);
            }
        }
        for (Message message : ready.messages()) {
            if (message instanceof PreVoteReply reply) {
                onPreVoteAnswered(server, reply);
            }
        }
        server.wants(ready);
    }

    private void onEntries(WatchedServer server, Ready ready) {
        for (EntryRun run : ready.entries()) {
            long dropped = server.log.last() - run.firstIndex() + 1;
            if (dropped > 0 && server.log.termAt(run.firstIndex()) != run.term()) {
                coverage.count(Counter.TRUNCATIONS);
                coverage.count(Counter.LONG_TRUNCATIONS, dropped >= 10 ? 1 : 0);
                memberships.onTruncated(server, run.firstIndex());
            }
            server.append(run);
        }
    }

    private void onCommitted(WatchedServer server, Ready ready) {
        long known = canon.last();
        for (long index = known + 1; index <= ready.commitIndex(); index++) {
            long term = server.log.termAt(index);
            canon.append((int) index, 1, term);
            if (ready.role() == RaftRole.LEADER && term < ready.term()) {
                coverage.count(Counter.COMMITTED_INDIRECTLY);
            }
        }
        if (ready.commitIndex() > known && memberships.onCommitted(server, known, ready.commitIndex())) {
            adopt();
        }
        server.commitIndex = ready.commitIndex();
    }

    /** Answers come in the order of the questions. */
    private void onPreVoteAnswered(WatchedServer server, PreVoteReply reply) {
        Counter refused = server.preVotes.poll();
        if (refused != null && !reply.granted() && refused != Counter.MESSAGES_A_TERM_LATE) {
            coverage.count(refused);
        }
    }

    /** A server is about to send this. */
    public void onSent(Message message) {
        message.dispatch(sent);
        if (message instanceof RequestVoteReply reply && !reply.granted()) {
            HardState state = server(reply.from()).state;
            if (state.currentTerm() == reply.term()
                    && state.votedFor().isPresent()
                    && !state.votedFor().get().equals(reply.to())) {
                elections.contested(reply.term());
            }
        } else if (message instanceof InstallSnapshot piece) {
            snapshots.onSent(piece, server(piece.to()));
        }
    }

    /** Such a message, of which no core hears, is about to arrive. */
    public void onDelivered(NodeMessage message) {
        received.onNodeMessage(message);
    }

    /** The run is over: counts what could not be known before. */
    public Coverage finish() {
        elections.finish();
        return coverage;
    }
}
