package io.balsa.raft.core;

import io.balsa.raft.cluster.NodeId;
import io.balsa.raft.storage.SnapshotInfo;
import org.jspecify.annotations.Nullable;

/**
 * One follower as the leader knows it: {@code nextIndex} and {@code matchIndex} of figure 3.1, and what may be sent to it.
 *
 * <pre>
 *              accepted                        accepted
 *   PROBE ------------------> REPLICATE   (stays, window moves on)
 *     ^  <------------------      |
 *     |   rejected, unreachable   |
 *     |                           |
 *     |  has what the log begins  |   needs what the log no longer has
 *     +-------- after ------- SNAPSHOT <---- from either
 * </pre>
 */
final class Progress {

    /** How to talk to a follower. */
    enum Mode {
        /** One AppendEntries at a time, until it is known where the logs agree. */
        PROBE,
        /** A stream of AppendEntries, each sent in the belief that those before it arrive. */
        REPLICATE,
        /** No entries: the log no longer has what the follower needs next, and a snapshot is on its way to it. */
        SNAPSHOT
    }

    private final NodeId id;
    private final Inflight inflight;
    private final CatchUp catchUp;
    private Mode mode = Mode.PROBE;
    private long matchIndex;
    private long nextIndex;
    private boolean awaitsProbe; // PROBE: the one message is on its way
    private boolean awaitsLoad; // old entries are being read
    private boolean loadFailed; // they could not be read: not before the next heartbeat again
    private long lastHeardNanos;
    private long lastCountedNanos;
    private long confirmedRound;
    private long leaseRound; // the same of those answers that promise something
    private long lastExchangeNanos;
    private long storeId; // 0 until it has told
    private long storeHeardInRound; // the leader's latest round of heartbeats when it last answered from that store
    private boolean forgetful; // its store is not the one that the membership knows
    private boolean silenceTold;
    private boolean leaving;
    private boolean leavingTimed;
    private long leavesAtNanos;
    private @Nullable SnapshotTransfer transfer; // SNAPSHOT
    private @Nullable Rejoining rejoining; // after it, until it has caught up

    Progress(NodeId id, long nextIndex, long nowNanos, CoreSettings settings) {
        this.id = id;
        this.nextIndex = nextIndex;
        this.lastExchangeNanos = nowNanos;
        this.lastHeardNanos = nowNanos; // a grace: it had no chance to answer yet
        this.lastCountedNanos = nowNanos;
        this.inflight = new Inflight(settings.maxInflightMessages(), settings.maxInflightBytes());
        this.catchUp = new CatchUp(nextIndex - 1, nowNanos, settings.electionTimeoutNanos());
    }

    NodeId id() {
        return id;
    }

    Mode mode() {
        return mode;
    }

    long matchIndex() {
        return matchIndex;
    }

    long nextIndex() {
        return nextIndex;
    }

    int inflightMessages() {
        return inflight.messages();
    }

    long lastHeardNanos() {
        return lastHeardNanos;
    }

    long confirmedRound() {
        return confirmedRound;
    }

    long leaseRound() {
        return leaseRound;
    }

    /** Whether nothing may be sent but heartbeats, for the moment. */
    boolean isPaused() {
        return switch (mode) {
            case PROBE -> awaitsProbe || awaitsLoad;
            case REPLICATE -> inflight.isFull() || awaitsLoad;
            case SNAPSHOT -> true;
        };
    }

    void heard(long nowNanos) {
        lastHeardNanos = nowNanos;
        lastCountedNanos = forgetful ? lastCountedNanos : nowNanos;
    }

    /** When it was last heard as one whose voice counts: for a while, that still keeps a leader in office. */
    long lastCountedNanos() {
        return lastCountedNanos;
    }

    // --- whether it counts ---

    /**
     * Whether an answer from this store is of the follower as it is, as far as that can be known. Of two stores of one
     * follower the one that was lost may be heard last, as messages are late. But a heartbeat that left after the one was
     * heard is answered only by who is alive later: that proves which is the present one, and nothing else does. Nor is a
     * proof needed of a store other than the membership's: that was written down before this leader sent anything.
     *
     * @param answeredRound the round of the heartbeat that is answered; 0 if it is something else
     */
    boolean isOfPresentStore(long store, long answeredRound) {
        return store == 0 || storeId == 0 || store == storeId || answeredRound > storeHeardInRound;
    }

    /**
     * The follower has answered from its {@linkplain #isOfPresentStore present} store.
     *
     * @param store 0 if it does not say
     * @param known the store that the membership says it has; 0 if it does not say
     * @param latestRound of the heartbeats that the leader has sent
     * @return whether the follower is found to have forgotten what it promised
     */
    boolean answersFrom(long store, long known, long latestRound) {
        storeHeardInRound = latestRound;
        if (store == 0 || store == storeId) {
            return false;
        }
        boolean another = known != 0 && known != store;
        if (storeId != 0 || another) {
            matchIndex = 0;
            confirmedRound = 0;
            leaseRound = 0;
            catchUp.startOver();
            transfer = null;
            probeFrom(1);
        }
        storeId = store;
        forgetful = another;
        return another;
    }

    /** The store it last answered from; 0 if it has not told. */
    long storeId() {
        return storeId;
    }

    /** Whether its votes and acknowledgements must not count, because its store is not the one that made promises. */
    boolean isForgetful() {
        return forgetful;
    }

    /** The membership knows its store now. */
    void isKnownAs(long known) {
        forgetful = known != 0 && storeId != 0 && known != storeId;
    }

    /** Whether it could vote without holding the cluster up. */
    boolean hasCaughtUp(long lastIndex, long nowNanos) {
        return catchUp.isDone(matchIndex, lastIndex, nowNanos);
    }

    /** The log grows, and the follower has what it has. */
    void observe(long lastIndex, long nowNanos) {
        catchUp.reached(matchIndex, lastIndex, nowNanos);
        rejoining = matchIndex >= lastIndex ? null : rejoining;
    }

    // --- whether it is there ---

    boolean isSilenceTold() {
        return silenceTold;
    }

    void silenceTold(boolean told) {
        silenceTold = told;
    }

    /** It is no member any more, but is still told of that. */
    void leave() {
        leaving = true;
        leavingTimed = false;
    }

    /** That is committed, and from then on it is left alone. */
    void leaveAt(long nanos) {
        if (leaving && !leavingTimed) {
            leavingTimed = true;
            leavesAtNanos = nanos;
        }
    }

    /** Whether it is no member any more. */
    boolean isLeaving() {
        return leaving;
    }

    boolean hasLeft(long nowNanos) {
        return leavingTimed && nowNanos - leavesAtNanos >= 0;
    }

    /** It is a member again. */
    void stay() {
        leaving = false;
        leavingTimed = false;
    }

    // --- what it answers ---

    /** @param bound whether it votes for nobody else as long as a lease lasts */
    void confirm(long round, boolean bound) {
        confirmedRound = Math.max(confirmedRound, round);
        leaseRound = bound ? Math.max(leaseRound, round) : leaseRound;
    }

    /** Entries up to {@code lastIndex} were sent, or none and {@code lastIndex} is the previous index. */
    void sent(long lastIndex, long bytes) {
        if (mode == Mode.PROBE) {
            awaitsProbe = true;
            return;
        }
        if (bytes > 0) {
            inflight.add(lastIndex, bytes);
        }
        nextIndex = lastIndex + 1;
    }

    /** The follower has everything up to {@code index} on its disk; an old answer changes nothing. */
    void accepted(long index) {
        matchIndex = Math.max(matchIndex, index);
        inflight.freeUpTo(index);
        if (mode == Mode.PROBE) {
            mode = Mode.REPLICATE;
            awaitsProbe = false;
            nextIndex = matchIndex + 1;
        }
        nextIndex = Math.max(nextIndex, matchIndex + 1);
    }

    /**
     * The follower has no entry that matches the one at {@code rejectedIndex}.
     *
     * @param agreement the highest index at which the logs may agree
     * @return whether this was news, and another try is due
     */
    boolean rejected(long rejectedIndex, long agreement) {
        // In the stream many requests are refused for one loss; all but the first are old news by then.
        boolean stale = mode == Mode.REPLICATE ? rejectedIndex <= matchIndex : rejectedIndex != nextIndex - 1;
        if (stale || mode == Mode.SNAPSHOT) {
            return false;
        }
        probeFrom(Math.max(matchIndex, Math.min(agreement, rejectedIndex - 1)) + 1);
        return true;
    }

    /**
     * The follower has lost what comes after {@code lastIndex}, though it had acknowledged more.
     *
     * @return whether this was news: what is sent again and on its way by now is not asked for twice
     */
    boolean lost(long lastIndex) {
        if (matchIndex <= lastIndex) {
            return false;
        }
        matchIndex = lastIndex;
        transfer = null;
        probeFrom(lastIndex + 1);
        return true;
    }

    /** What was sent lately may be lost: find out with one message at a time. */
    void becomeProbe() {
        if (mode == Mode.REPLICATE) {
            probeFrom(matchIndex + 1);
        }
    }

    private void probeFrom(long index) {
        mode = Mode.PROBE;
        inflight.clear();
        awaitsProbe = false;
        awaitsLoad = false;
        loadFailed = false;
        nextIndex = index;
    }

    void becomeSnapshot(SnapshotInfo snapshot, long nowNanos) {
        mode = Mode.SNAPSHOT;
        transfer = new SnapshotTransfer(snapshot, nowNanos);
        inflight.clear();
        awaitsProbe = false;
        awaitsLoad = false;
    }

    /** The snapshot that is on its way; null in any other mode. */
    @Nullable
    SnapshotTransfer transfer() {
        return transfer;
    }

    /** Entries went out to the follower, or an answer about entries came in: a while may pass before either is missed. */
    void exchanged(long nowNanos) {
        lastExchangeNanos = nowNanos;
    }

    long lastExchangeNanos() {
        return lastExchangeNanos;
    }

    /**
     * The follower is there, but nothing was sent to it or heard from it about entries for a while: a probe that is still
     * unanswered may be lost.
     *
     * @return whether entries are on their way and so may be lost as well
     */
    boolean answersNothing() {
        awaitsProbe = false;
        if (loadFailed) {
            awaitsLoad = false;
            loadFailed = false;
        }
        return mode == Mode.REPLICATE && nextIndex > matchIndex + 1;
    }

    /** Whether the follower has all of the snapshot that is on its way; the log may begin after it by now. */
    boolean hasInstalled() {
        return transfer != null && matchIndex >= transfer.snapshot().index();
    }

    /** The follower has what the log begins after, or what was sent: go on from there, be it with a newer snapshot. */
    void leaveSnapshot() {
        assert mode == Mode.SNAPSHOT : "in " + mode;
        transfer = null;
        rejoining = new Rejoining();
        probeFrom(matchIndex + 1);
    }

    /** Whether it needs what the log has after a snapshot that it was sent, and makes use of it. */
    boolean isRejoining(long lastIndex, long nowNanos, long patienceNanos) {
        if (rejoining != null && !rejoining.comesCloser(lastIndex - matchIndex, nowNanos, patienceNanos)) {
            rejoining = null;
        }
        return rejoining != null;
    }

    void awaitLoad() {
        awaitsLoad = true;
    }

    /** The load that was awaited gave nothing. A disk that fails is not asked again at once, over and over. */
    void loadFailed() {
        loadFailed = awaitsLoad;
    }

    /** The load that was awaited is done. */
    boolean loadDone() {
        boolean awaited = awaitsLoad;
        awaitsLoad = false;
        loadFailed = false;
        return awaited;
    }
}
