package io.balsa.raft.core;

import io.balsa.raft.cluster.NodeId;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * Reads that wait for their round of heartbeats (section 6.4): the read index is the commit index when the round begins,
 * and is good once a majority has answered that round or a later one. All that came since the last round share the next;
 * a round that began before a read came never confirms it.
 */
final class ReadQueue {

    /**
     * A read in a round.
     *
     * @param reader who asked: this server or a follower
     * @param id what the reader calls it
     */
    record Waiting(NodeId reader, long id, long round, long index) {}

    private static final int MAX_FROM_FOLLOWERS = 1 << 16;

    private final RaftCore core;
    private final List<Waiting> arrived = new ArrayList<>();
    private final Deque<Waiting> inRound = new ArrayDeque<>();

    ReadQueue(RaftCore core) {
        this.core = core;
    }

    /** What a follower asks is dropped when too many wait: it will ask again. Our own reads were counted before. */
    void add(NodeId reader, long id) {
        if (reader.equals(core.self()) || arrived.size() + inRound.size() < MAX_FROM_FOLLOWERS) {
            arrived.add(new Waiting(reader, id, 0, 0));
        }
    }

    /**
     * Lets the reads that have arrived wait for this round, which is about to begin.
     *
     * @return whether there are any, so that the round is wanted
     */
    boolean startRound(long round) {
        if (arrived.isEmpty()) {
            return false;
        }
        for (Waiting read : arrived) {
            inRound.add(new Waiting(read.reader, read.id, round, core.commitIndex()));
        }
        arrived.clear();
        return true;
    }

    boolean isInRound() {
        return !inRound.isEmpty();
    }

    /** The reads whose round, or a later one, a quorum has answered. */
    List<Waiting> takeConfirmed(long confirmedRound) {
        List<Waiting> confirmed = new ArrayList<>();
        while (!inRound.isEmpty() && inRound.peek().round <= confirmedRound) {
            confirmed.add(inRound.remove());
        }
        return confirmed;
    }

    /** This server leads no more. Followers will ask the next leader. */
    void failAll() {
        arrived.addAll(inRound);
        for (Waiting read : arrived) {
            if (read.reader.equals(core.self())) {
                core.tell(new Notice.ReadFailed(read.id, Notice.Refusal.NOT_LEADER));
            }
        }
        arrived.clear();
        inRound.clear();
    }
}
