package io.balsa.raft.core;

import io.balsa.raft.cluster.NodeId;
import io.balsa.raft.message.AppendEntries;
import io.balsa.raft.message.AppendEntriesAccepted;
import io.balsa.raft.message.AppendEntriesRejected;
import io.balsa.raft.message.HeartbeatReply;
import io.balsa.raft.storage.EntryRun;
import io.balsa.raft.storage.LogPosition;
import java.util.Collection;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Gives every follower what it lacks: one message at a time until it is known where the logs agree, then a stream of them
 * (section 10.2.2).
 */
final class Replicator {

    private final RaftCore core;
    private final RaftLog log;
    private final SortedMap<NodeId, Progress> followers = new TreeMap<>();

    /** "nextIndex[]: initialized to leader last log index + 1; matchIndex[]: initialized to 0" (figure 3.1). */
    Replicator(RaftCore core) {
        this.core = core;
        this.log = core.log();
        for (NodeId member : log.membership().members().keySet()) {
            if (!member.equals(core.self())) {
                followers.put(member, new Progress(member, log.lastIndex() + 1, core.nowNanos(), core.settings()));
            }
        }
    }

    Collection<Progress> followers() {
        return followers.values();
    }

    long matchIndex(NodeId id) {
        Progress follower = followers.get(id);
        return follower == null ? 0 : follower.matchIndex();
    }

    long confirmedRound(NodeId id) {
        Progress follower = followers.get(id);
        return follower == null ? 0 : follower.confirmedRound();
    }

    long lastHeardNanos(NodeId id) {
        Progress follower = followers.get(id);
        return follower == null ? Long.MIN_VALUE / 2 : follower.lastHeardNanos();
    }

    /** Sends to every follower what it may be sent and does not have. */
    void replicate() {
        for (Progress follower : followers.values()) {
            while (!follower.isPaused() && hasNewsFor(follower)) {
                sendNext(follower);
            }
        }
    }

    private boolean hasNewsFor(Progress follower) {
        return follower.nextIndex() <= log.lastIndex() || follower.mode() == Progress.Mode.PROBE;
    }

    private void sendNext(Progress follower) {
        long next = follower.nextIndex();
        if (next <= log.baseIndex()) {
            follower.becomeSnapshot();
        } else if (next > log.lastIndex()) {
            send(follower, List.of());
        } else if (log.holds(next)) {
            send(follower, log.from(next, core.settings().maxBatchBytes()));
        } else {
            follower.awaitLoad();
            core.load(new Load(
                    follower.id(), next, log.durableIndex(), core.settings().maxBatchBytes()));
        }
    }

    private void send(Progress follower, List<EntryRun> runs) {
        LogPosition previous = log.positionAt(follower.nextIndex() - 1);
        AppendEntries request =
                new AppendEntries(core.currentTerm(), core.self(), follower.id(), previous, runs, log.commitIndex());
        core.send(request);
        long bytes = 0;
        for (EntryRun run : runs) {
            bytes += run.sizeBytes();
        }
        follower.sent(request.lastIndex(), bytes);
        follower.exchanged(core.nowNanos());
    }

    /** The entries that a follower waited for, unless it needs others by now. */
    void onLoaded(Input.Loaded input) {
        Progress follower = followers.get(input.follower());
        if (follower != null && input.runs().isEmpty()) {
            follower.loadFailed();
            return;
        }
        if (follower == null || !follower.loadDone()) {
            return;
        }
        long next = follower.nextIndex();
        boolean wanted = input.runs().get(0).firstIndex() == next && next > log.baseIndex();
        for (EntryRun run : input.runs()) {
            wanted = wanted && log.contains(run.lastPosition());
        }
        if (wanted && !follower.isPaused()) {
            send(follower, asManyAsFit(input.runs()));
        }
    }

    /** A storage may read more than it was asked for; a message that is too large would be dropped again and again. */
    private List<EntryRun> asManyAsFit(List<EntryRun> runs) {
        long bytes = runs.get(0).sizeBytes();
        int count = 1;
        while (count < runs.size()
                && bytes + runs.get(count).sizeBytes() <= core.settings().maxBatchBytes()) {
            bytes += runs.get(count++).sizeBytes();
        }
        return runs.subList(0, count);
    }

    void onAccepted(AppendEntriesAccepted reply) {
        Progress follower = heard(reply.from());
        if (follower == null || reply.matchIndex() > log.lastIndex()) {
            return;
        }
        follower.exchanged(core.nowNanos());
        follower.accepted(reply.matchIndex());
        if (follower.mode() == Progress.Mode.SNAPSHOT && follower.matchIndex() >= log.baseIndex()) {
            follower.leaveSnapshot();
        }
    }

    /**
     * "After a rejection, the leader decrements nextIndex and retries" (section 3.5), but by as much as the follower's hint
     * allows: above the hint the follower has nothing that could match, nor has this log above its own last entry that is
     * neither higher nor of a later term.
     */
    void onRejected(AppendEntriesRejected reply) {
        Progress follower = heard(reply.from());
        if (follower != null) {
            LogPosition agreement =
                    log.lastPositionWithin(reply.hint().index(), reply.hint().term());
            follower.rejected(reply.rejectedIndex(), agreement.index());
        }
    }

    /**
     * "Followers may crash, run slowly, or network packets may be lost: the leader retries" (section 3.5). A heartbeat's
     * answer is the occasion: if entries are on their way, and for the time between two heartbeats nothing more was sent
     * and none was acknowledged, an empty request right behind them finds out whether they arrived; if not, it is refused,
     * and replication starts over from there.
     */
    void onHeartbeatReply(HeartbeatReply reply) {
        Progress follower = heard(reply.from());
        if (follower == null) {
            return;
        }
        follower.confirm(reply.round());
        boolean longQuiet = core.nowNanos() - follower.lastExchangeNanos()
                >= core.settings().heartbeatIntervalNanos();
        if (longQuiet && follower.answersNothing() && log.covers(follower.nextIndex() - 1)) {
            send(follower, List.of());
        }
    }

    void onUnreachable(NodeId peer) {
        Progress follower = followers.get(peer);
        if (follower != null) {
            follower.becomeProbe();
        }
    }

    private @Nullable Progress heard(NodeId id) {
        Progress follower = followers.get(id);
        if (follower != null) {
            follower.heard(core.nowNanos());
        }
        return follower;
    }
}
