package io.balsa.raft.core;

import io.balsa.raft.cluster.Membership;
import io.balsa.raft.cluster.NodeId;
import io.balsa.raft.cluster.RaftRole;
import java.util.Set;
import java.util.TreeSet;

/** A server of a {@link SimulatedCluster}, and what is scheduled for it. */
final class SimulatedNode {

    final TestServer server;
    final Set<Long> reads = new TreeSet<>();
    boolean isUp = true;
    boolean worksSoon;
    boolean syncsSoon;
    boolean readsSoon;
    boolean storesSoon;
    boolean hasSlowDisk;
    int life; // what is scheduled for an earlier life is void
    long timer = Long.MAX_VALUE;

    SimulatedNode(TestServer server) {
        this.server = server;
    }

    NodeId id() {
        return server.self();
    }

    RaftCore core() {
        return server.core();
    }

    boolean leads() {
        return isUp && core().role() == RaftRole.LEADER;
    }

    /** Whether a membership counts on a store that this server has lost. */
    boolean isDamaged(Membership membership) {
        long known = membership.storeOf(id());
        return membership.isVoter(id())
                && known != 0
                && known != server.durable().storeId();
    }

    /** Nothing of its life before is left to be done. */
    void beginsAnew() {
        life++;
        isUp = true;
        worksSoon = false;
        syncsSoon = false;
        readsSoon = false;
        storesSoon = false;
        timer = Long.MAX_VALUE;
    }
}
