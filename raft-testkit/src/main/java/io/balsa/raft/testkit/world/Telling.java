package io.balsa.raft.testkit.world;

import io.balsa.raft.cluster.Membership;
import io.balsa.raft.cluster.NodeId;
import io.balsa.raft.core.Notice;
import io.balsa.raft.core.Ready;
import io.balsa.raft.core.SnapshotWork;
import io.balsa.raft.storage.EntryRun;
import io.balsa.raft.storage.HardState;
import io.balsa.raft.storage.StoredState;

/** Tells what a node does in words that a person understands. Asked only if somebody reads the story. */
final class Telling {

    private final World world;
    private final long[] committed; // by server, as far as it was told

    Telling(World world, int servers) {
        this.world = world;
        committed = new long[servers + 1];
    }

    void start(SimulatedServer server, StoredState stored) {
        committed[server.number()] = 0;
        HardState state = stored.hardState();
        world.tell(
                server,
                () -> "starts in term " + state.currentTerm()
                        + state.votedFor().map(id -> ", having voted for " + id).orElse("")
                        + (stored.last().index() == 0
                                ? ", with an empty log"
                                : ", with a log after " + stored.base() + " up to " + stored.last())
                        + stored.snapshot()
                                .map(snapshot -> ", and a " + snapshot)
                                .orElse(""));
    }

    void ready(SimulatedServer server, Ready ready) {
        for (EntryRun run : ready.entries()) {
            world.tell(server, () -> "appends " + run);
        }
        for (Notice notice : ready.notices()) {
            if (notice instanceof Notice.RoleChanged change) {
                world.tell(server, () -> words(change));
            } else if (notice instanceof Notice.ReadFailed failed) {
                world.tell(server, () -> "cannot serve a read: " + failed.reason());
            } else if (notice instanceof Notice.MembershipChanged change) {
                world.tell(
                        server,
                        () -> "has the membership " + words(change.membership()) + " from " + change.index() + " on");
            } else if (notice instanceof Notice.StoreLost lost) {
                world.tell(server, () -> "finds that " + lost.peer() + " has another store");
            }
        }
        SnapshotWork work = ready.snapshots();
        work.install().ifPresent(snapshot -> world.tell(server, () -> "installs a " + snapshot));
        if (work.compactTo() > 0) {
            world.tell(server, () -> "drops entries up to " + work.compactTo());
        }
        if (ready.commitIndex() > committed[server.number()]) {
            committed[server.number()] = ready.commitIndex();
            world.tell(server, () -> "knows that entries up to " + ready.commitIndex() + " are committed");
        }
    }

    /** A membership, as far as it matters who decides. */
    static String words(Membership membership) {
        return membership.voters()
                + (membership.isJoint() ? " instead of " + membership.outgoingVoters() : "")
                + (membership.learners().isEmpty() ? "" : ", learners " + membership.learners());
    }

    private static String words(Notice.RoleChanged change) {
        String inTerm = " in term " + change.term();
        return switch (change.role()) {
            case LEADER -> "LEADS" + inTerm;
            case CANDIDATE -> "asks for votes" + inTerm;
            case PRE_CANDIDATE -> "asks whether it would get votes, still" + inTerm;
            case FOLLOWER, LEARNER ->
                change.leader().map(NodeId::toString).map(id -> "follows " + id).orElse("follows nobody yet") + inTerm;
        };
    }
}
