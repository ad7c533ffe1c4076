package io.balsa.raft.core;

import io.balsa.raft.cluster.NodeId;

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
 *     +-------- after ------- SNAPSHOT <---- from PROBE
 * </pre>
 */
final class Progress {

    /** How to talk to a follower. */
    enum Mode {
        /** One AppendEntries at a time, until it is known where the logs agree. */
        PROBE,
        /** A stream of AppendEntries, each sent in the belief that those before it arrive. */
        REPLICATE,
        /** Nothing but heartbeats: the log no longer has what the follower needs next. */
        SNAPSHOT
    }

    private final NodeId id;
    private final Inflight inflight;
    private Mode mode = Mode.PROBE;
    private long matchIndex;
    private long nextIndex;
    private boolean awaitsProbe; // PROBE: the one message is on its way
    private boolean awaitsLoad; // old entries are being read
    private boolean loadFailed; // they could not be read: not before the next heartbeat again
    private long lastHeardNanos;
    private long confirmedRound;
    private long lastExchangeNanos;

    Progress(NodeId id, long nextIndex, long nowNanos, CoreSettings settings) {
        this.id = id;
        this.nextIndex = nextIndex;
        this.lastExchangeNanos = nowNanos;
        this.lastHeardNanos = nowNanos; // a grace: it had no chance to answer yet
        this.inflight = new Inflight(settings.maxInflightMessages(), settings.maxInflightBytes());
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
    }

    void confirm(long round) {
        confirmedRound = Math.max(confirmedRound, round);
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

    void becomeSnapshot() {
        mode = Mode.SNAPSHOT;
        inflight.clear();
        awaitsProbe = false;
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

    /** What the log begins after has reached the follower: go on from there. */
    void leaveSnapshot() {
        assert mode == Mode.SNAPSHOT : "in " + mode;
        probeFrom(matchIndex + 1);
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
