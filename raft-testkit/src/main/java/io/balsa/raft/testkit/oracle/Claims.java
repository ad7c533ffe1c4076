package io.balsa.raft.testkit.oracle;

import io.balsa.raft.cluster.NodeId;
import io.balsa.raft.core.Ready;
import io.balsa.raft.message.AfterSync;
import io.balsa.raft.message.AppendEntriesAccepted;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Which entries a server is going to acknowledge when they are on its disk: those that its log had when its core wanted it
 * said. What was replaced since, by a write that the same sync makes durable, must not be acknowledged any more (D3), even if
 * there is nobody left whom it could mislead.
 */
final class Claims {

    private record Claim(NodeId leader, long term, long index, long hash) {

        boolean isOf(AppendEntriesAccepted reply) {
            return index == reply.matchIndex() && term == reply.term() && leader.equals(reply.to());
        }
    }

    private static final int REMEMBERED = 1 << 8; // of those that were dropped, nobody hears

    private final Deque<Claim> claims = new ArrayDeque<>();

    void clear() {
        claims.clear();
    }

    /** The core wants this done; the log has what it appends. */
    void onReady(Ready ready, LogMirror log) {
        for (AfterSync message : ready.messagesAfterSync()) {
            if (message instanceof AppendEntriesAccepted reply && reply.matchIndex() <= log.last()) {
                claims.addLast(new Claim(reply.to(), reply.term(), reply.matchIndex(), log.hashAt(reply.matchIndex())));
            }
        }
        while (claims.size() > REMEMBERED) {
            claims.removeFirst();
        }
    }

    /** It leaves the server now. */
    void requireTrue(AppendEntriesAccepted reply, StoreView store) {
        while (claims.stream().anyMatch(claim -> claim.isOf(reply))) {
            Claim first = claims.removeFirst(); // those before it were dropped
            if (first.isOf(reply) && !store.isWritten(first.index, first.hash)) {
                throw new Violation("D3", reply + " but on disk are other entries than were meant");
            }
            if (first.isOf(reply)) {
                return;
            }
        }
    }
}
