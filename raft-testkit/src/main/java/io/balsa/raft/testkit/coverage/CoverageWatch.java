package io.balsa.raft.testkit.coverage;

import io.balsa.raft.RaftConfig;
import io.balsa.raft.cluster.Membership;
import io.balsa.raft.cluster.NodeId;
import io.balsa.raft.cluster.RaftRole;
import io.balsa.raft.core.Input;
import io.balsa.raft.core.Notice;
import io.balsa.raft.core.RaftCore;
import io.balsa.raft.core.Ready;
import io.balsa.raft.message.Message;
import io.balsa.raft.message.PreVote;
import io.balsa.raft.message.PreVoteReply;
import io.balsa.raft.message.ReadRequest;
import io.balsa.raft.message.RequestVoteReply;
import io.balsa.raft.storage.EntryRun;
import io.balsa.raft.storage.HardState;
import io.balsa.raft.storage.LogPosition;
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
    private final Membership founding;
    private final long electionTimeoutNanos;
    private final WatchedServer[] byNumber;
    private final List<WatchedServer> servers = new ArrayList<>();
    private final Kinds kinds = new Kinds(coverage);
    private final MessageKinds sent = new MessageKinds(coverage, true);
    private final MessageKinds received = new MessageKinds(coverage, false);
    private final Elections elections = new Elections(coverage);
    private final DurableMajorities majorities;
    private long committed; // the highest index that is known to be committed anywhere

    /** Watches the servers of a cluster that was founded so. */
    public CoverageWatch(Membership founding, RaftConfig config) {
        this.founding = founding;
        this.electionTimeoutNanos = config.electionTimeout().toNanos();
        long highest = founding.members().lastKey().value();
        if (highest >= MOST_SERVERS) {
            throw new IllegalArgumentException("servers have numbers below " + MOST_SERVERS + ", not " + highest);
        }
        byNumber = new WatchedServer[(int) highest + 1];
        List<WatchedServer> voters = new ArrayList<>();
        for (NodeId id : founding.members().keySet()) {
            WatchedServer server = new WatchedServer(founding.isVoter(id));
            byNumber[(int) id.value()] = server;
            servers.add(server);
            if (server.isVoter) {
                voters.add(server);
            }
        }
        majorities = new DurableMajorities(coverage, voters);
    }

    private WatchedServer server(NodeId id) {
        if (!founding.contains(id)) {
            throw new IllegalArgumentException(id + " is not of this cluster");
        }
        return byNumber[(int) id.value()];
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
        long term = majorities.termAt(committed + 1);
        return term != 0 && term < elections.ledTerm();
    }

    // --- the life of a server ---

    /** A server has started, with this on its disk. */
    public void onStart(NodeId id, HardState state, List<EntryRun> found) {
        WatchedServer server = server(id);
        if (server.lives++ > 0) {
            coverage.count(Counter.RESTARTS);
        }
        server.end();
        server.state = state;
        server.term = state.currentTerm();
        server.log.clear();
        found.forEach(server.log::append);
        if (!server.written.isEmpty()) {
            LogPosition last = server.written.get(server.written.size() - 1).lastPosition();
            if (server.log.termAt(last.index()) != last.term()) {
                coverage.count(Counter.RESTARTS_LOST_SUFFIX);
            }
            server.written.clear();
        }
        majorities.onFound(server, found);
        kinds.onRole(server.isVoter ? RaftRole.FOLLOWER : RaftRole.LEARNER);
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

    /** The process is gone, whether it crashed, failed or was stopped. */
    public void onCrash(NodeId id) {
        WatchedServer server = server(id);
        if (isBetweenWrites(id)) {
            coverage.count(Counter.CRASHES_BETWEEN_WRITES);
        }
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
            for (EntryRun run : server.unsynced.remove().runs()) {
                majorities.onDurable(server, run);
            }
        }
    }

    // --- what its core does ---

    /** This is about to happen to the core of a server. */
    public void onStep(NodeId id, RaftCore core, Input input) {
        input.dispatch(kinds);
        if (input instanceof Input.Received arrived) {
            onReceived(server(id), core, arrived.message());
        } else if (input instanceof Input.TimePassed time) {
            if (time.nowNanos() - core.nextDeadlineNanos() > electionTimeoutNanos) {
                coverage.count(Counter.LATE_TIMERS);
            }
        } else if (input instanceof Input.ReadRequested) {
            onReadAsked(core);
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
        onEntries(server, ready);
        onCommitted(server, ready);
        for (Notice notice : ready.notices()) {
            notice.dispatch(kinds);
            if (notice instanceof Notice.RoleChanged change) {
                elections.onRoleChanged(server, change, servers);
            } else if (notice instanceof Notice.Appended appended) {
                server.proposed = appended.firstIndex() + appended.count() - 1;
            } else if (notice instanceof Notice.ReadReady) {
                coverage.count(ready.role() == RaftRole.LEADER ? Counter.READS_BY_INDEX : Counter.READS_BY_FOLLOWERS);
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
            }
            server.log.append(run);
        }
    }

    private void onCommitted(WatchedServer server, Ready ready) {
        for (long index = committed + 1; index <= ready.commitIndex() && ready.role() == RaftRole.LEADER; index++) {
            if (server.log.termAt(index) < ready.term()) {
                coverage.count(Counter.COMMITTED_INDIRECTLY);
            }
        }
        committed = Math.max(committed, ready.commitIndex());
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
        }
    }

    /** The run is over: counts what could not be known before. */
    public Coverage finish() {
        elections.finish();
        return coverage;
    }
}
