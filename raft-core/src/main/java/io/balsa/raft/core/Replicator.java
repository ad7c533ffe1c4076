package io.balsa.raft.core;

import io.balsa.raft.cluster.Member;
import io.balsa.raft.cluster.Membership;
import io.balsa.raft.cluster.NodeId;
import io.balsa.raft.message.AppendEntries;
import io.balsa.raft.message.AppendEntriesAccepted;
import io.balsa.raft.message.AppendEntriesRejected;
import io.balsa.raft.message.HeartbeatReply;
import io.balsa.raft.storage.EntryRun;
import io.balsa.raft.storage.LogPosition;
import io.balsa.raft.storage.SnapshotInfo;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Gives every follower what it lacks: one message at a time until it is known where the logs agree, then a stream of them
 * (section 10.2.2); a snapshot to whoever needs what the log no longer has ({@link SnapshotFeeder}).
 */
final class Replicator {

    private final RaftCore core;
    private final RaftLog log;
    private final SnapshotFeeder feeder;
    private final SortedMap<NodeId, Progress> followers = new TreeMap<>();
    private long latestRound; // of heartbeats

    /** "nextIndex[]: initialized to leader last log index + 1; matchIndex[]: initialized to 0" (figure 3.1). */
    Replicator(RaftCore core) {
        this.core = core;
        this.log = core.log();
        this.feeder = new SnapshotFeeder(core);
        onMembershipChanged();
    }

    /**
     * Another membership is in effect: whoever is new in it gets the log from now on, and whoever is not in it any more is
     * told so before it is left alone.
     */
    void onMembershipChanged() {
        Membership membership = log.membership();
        for (Member member : membership.members().values()) {
            if (!member.id().equals(core.self())) {
                Progress follower = followers.computeIfAbsent(member.id(), this::newcomer);
                follower.stay();
                follower.isKnownAs(member.storeId());
            }
        }
        for (Progress follower : followers.values()) {
            if (!membership.contains(follower.id()) && !follower.isLeaving()) {
                follower.leave();
            }
        }
    }

    private Progress newcomer(NodeId id) {
        return new Progress(id, log.lastIndex() + 1, core.nowNanos(), core.settings());
    }

    /** The membership in effect is committed: whoever is not in it has two election timeouts to learn that. */
    void onMembershipCommitted() {
        long leave = core.nowNanos() + 2 * core.settings().electionTimeoutNanos();
        followers.values().forEach(follower -> follower.leaveAt(leave));
    }

    /** Heartbeats of this round leave now. */
    void roundBegins(long round) {
        latestRound = round;
    }

    Collection<Progress> followers() {
        return followers.values();
    }

    @Nullable
    Progress follower(NodeId id) {
        return followers.get(id);
    }

    long matchIndex(NodeId id) {
        Progress follower = counting(id);
        return follower == null ? 0 : follower.matchIndex();
    }

    long leaseRound(NodeId id) {
        Progress follower = counting(id);
        return follower == null ? 0 : follower.leaseRound();
    }

    long confirmedRound(NodeId id) {
        Progress follower = counting(id);
        return follower == null ? 0 : follower.confirmedRound();
    }

    /** One that is found to have forgotten its promises still counts for an election timeout: long enough to demote it. */
    long lastHeardNanos(NodeId id) {
        Progress follower = followers.get(id);
        return follower == null ? core.nowNanos() - Long.MAX_VALUE / 4 : follower.lastCountedNanos();
    }

    /** The follower, unless it has forgotten what it promised. */
    private @Nullable Progress counting(NodeId id) {
        Progress follower = followers.get(id);
        return follower == null || follower.isForgetful() ? null : follower;
    }

    /** Sends to every follower what it may be sent and does not have. */
    void replicate() {
        for (Progress follower : followers.values()) {
            while (!follower.isPaused() && hasNewsFor(follower)) {
                sendNext(follower);
            }
            feeder.feed(follower);
        }
    }

    private boolean hasNewsFor(Progress follower) {
        return follower.nextIndex() <= log.lastIndex() || follower.mode() == Progress.Mode.PROBE;
    }

    private void sendNext(Progress follower) {
        long next = follower.nextIndex();
        if (next <= log.baseIndex()) {
            Optional<SnapshotInfo> snapshot = log.snapshot();
            follower.becomeSnapshot(snapshot.orElseThrow(), core.nowNanos());
        } else if (next > log.lastIndex()) {
            send(follower, List.of());
        } else if (log.holds(next)) {
            send(follower, log.from(next, core.settings().maxBatchBytes()));
        } else {
            follower.awaitLoad();
            core.outbox()
                    .load(new Load.Entries(
                            follower.id(),
                            next,
                            log.durableIndex(),
                            core.settings().maxBatchBytes()));
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
        if (follower == null) {
            return;
        }
        if (input.runs().isEmpty()) {
            follower.loadFailed();
            return;
        }
        if (!follower.loadDone()) {
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
        Progress follower = answered(reply.from(), reply.storeId(), 0);
        if (follower == null || reply.matchIndex() > log.lastIndex()) {
            return;
        }
        follower.exchanged(core.nowNanos());
        follower.accepted(reply.matchIndex());
        if (follower.hasInstalled()
                || (follower.mode() == Progress.Mode.SNAPSHOT && log.covers(follower.matchIndex()))) {
            follower.leaveSnapshot();
        }
        follower.observe(log.lastIndex(), core.nowNanos());
    }

    /**
     * "After a rejection, the leader decrements nextIndex and retries" (section 3.5), but by as much as the follower's hint
     * allows: above the hint the follower has nothing that could match, nor has this log above its own last entry that is
     * neither higher nor of a later term.
     */
    void onRejected(AppendEntriesRejected reply) {
        Progress follower = heard(reply.from());
        if (follower != null && !(reply.lost() && follower.lost(reply.hint().index()))) {
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
        Progress follower = answered(reply.from(), reply.storeId(), reply.round());
        if (follower == null) {
            return;
        }
        follower.confirm(reply.round(), reply.boundNanos() >= core.settings().electionTimeoutNanos());
        follower.observe(log.lastIndex(), core.nowNanos());
        boolean longQuiet = core.nowNanos() - follower.lastExchangeNanos()
                >= core.settings().heartbeatIntervalNanos();
        if (longQuiet && follower.answersNothing()) {
            if (log.covers(follower.nextIndex() - 1)) {
                send(follower, List.of());
            } else {
                follower.becomeProbe(); // what was sent last is no longer in the log: a snapshot it will be
            }
        }
    }

    void onUnreachable(NodeId peer) {
        Progress follower = followers.get(peer);
        if (follower != null) {
            follower.becomeProbe();
        }
    }

    /** The follower that was heard, if its answer still counts for something. */
    private @Nullable Progress answered(NodeId id, long storeId, long answeredRound) {
        Progress follower = followers.get(id);
        if (follower == null || !follower.isOfPresentStore(storeId, answeredRound)) {
            return null;
        }
        long known = log.membership().storeOf(id);
        if (follower.answersFrom(storeId, known, latestRound)) {
            core.tell(new Notice.StoreLost(id, known, storeId));
        }
        follower.heard(core.nowNanos());
        return follower;
    }

    @Nullable
    Progress heard(NodeId id) {
        Progress follower = followers.get(id);
        if (follower != null) {
            follower.heard(core.nowNanos());
        }
        return follower;
    }

    /**
     * Lets go of those who have left; reports whoever has been silent for long, and reports it again when it is back, which
     * alone changes nothing.
     */
    void lookAround() {
        followers.values().removeIf(follower -> follower.hasLeft(core.nowNanos()));
        for (Progress follower : followers.values()) {
            long silence = core.nowNanos() - follower.lastHeardNanos();
            boolean silent = silence >= core.settings().options().silenceNanos();
            if (silent != follower.isSilenceTold() && !follower.isLeaving()) {
                follower.silenceTold(silent);
                core.tell(new Notice.PeerSilence(follower.id(), silent, silence));
            }
        }
    }

    List<PeerProgress> progress() {
        List<PeerProgress> all = new ArrayList<>();
        for (Progress follower : followers.values()) {
            all.add(new PeerProgress(
                    follower.id(),
                    follower.matchIndex(),
                    core.nowNanos() - follower.lastHeardNanos(),
                    follower.mode() == Progress.Mode.SNAPSHOT,
                    follower.isLeaving()));
        }
        return all;
    }

    SnapshotFeeder feeder() {
        return feeder;
    }
}
