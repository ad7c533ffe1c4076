package io.balsa.raft.runtime;

import io.balsa.raft.RaftStatus;
import io.balsa.raft.cluster.Member;
import io.balsa.raft.cluster.NodeIdentity;
import io.balsa.raft.core.RaftCore;
import java.util.Optional;
import java.util.function.LongSupplier;

/** The node's status, for everybody to read at any time. Written by the consensus agent. */
final class StatusBoard {

    private final NodeIdentity identity;
    private final Peers peers;
    private final LongSupplier appliedIndex;
    private boolean diskFull; // the consensus agent's
    private volatile RaftStatus published; // but for the applied index

    StatusBoard(NodeIdentity identity, RaftCore core, Peers peers, LongSupplier appliedIndex) {
        this.identity = identity;
        this.peers = peers;
        this.appliedIndex = appliedIndex;
        this.published = look(core);
    }

    void publish(RaftCore core) {
        published = look(core);
    }

    /** The disk has become full, or there is room again. */
    void room(RaftCore core, boolean there) {
        diskFull = !there;
        publish(core);
    }

    private RaftStatus look(RaftCore core) {
        Optional<Member> leader = core.leader().flatMap(peers::member);
        return new RaftStatus(
                identity,
                core.role(),
                core.currentTerm(),
                leader,
                core.commitIndex(),
                0,
                core.lastIndex(),
                core.membership(),
                core.membershipIndex(),
                diskFull);
    }

    /**
     * One moment's truth: what is published is the same before and after the applied index was looked at, so it held at
     * that moment. Ends soon, because a status is published less often than it can be read.
     */
    RaftStatus read() {
        RaftStatus before = published;
        while (true) {
            long applied = appliedIndex.getAsLong();
            RaftStatus after = published;
            if (isSame(before, after)) {
                return new RaftStatus(
                        after.identity(),
                        after.role(),
                        after.term(),
                        after.leader(),
                        after.commitIndex(),
                        applied,
                        after.lastIndex(),
                        after.membership(),
                        after.membershipIndex(),
                        after.diskFull());
            }
            before = after;
        }
    }

    @SuppressWarnings("ReferenceEquality") // whether it is the very same publication
    private static boolean isSame(RaftStatus before, RaftStatus after) {
        return before == after;
    }
}
