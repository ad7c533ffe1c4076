package io.balsa.raft.testkit.world;

import io.balsa.raft.cluster.NodeId;
import io.balsa.raft.core.Notice;
import io.balsa.raft.core.Ready;
import io.balsa.raft.storage.EntryRun;
import io.balsa.raft.storage.HardState;
import java.util.List;

/** Tells what a node does in words that a person understands. Asked only if somebody reads the story. */
final class Telling {

    private final World world;
    private final long[] committed; // by server, as far as it was told

    Telling(World world, int servers) {
        this.world = world;
        committed = new long[servers + 1];
    }

    void start(SimulatedServer server, HardState state, List<EntryRun> runs) {
        committed[server.number()] = 0;
        world.tell(
                server,
                () -> "starts in term " + state.currentTerm()
                        + state.votedFor().map(id -> ", having voted for " + id).orElse("")
                        + (runs.isEmpty()
                                ? ", with an empty log"
                                : ", with a log up to "
                                        + runs.get(runs.size() - 1).lastIndex()));
    }

    void ready(SimulatedServer server, Ready ready) {
        for (EntryRun run : ready.entries()) {
            world.tell(server, () -> "appends " + run);
        }
        for (Notice notice : ready.notices()) {
            if (notice instanceof Notice.RoleChanged change) {
                world.tell(server, () -> words(change));
            } else if (!(notice instanceof Notice.ReadReady || notice instanceof Notice.Appended)) {
                world.tell(server, notice::toString);
            }
        }
        if (ready.commitIndex() > committed[server.number()]) {
            committed[server.number()] = ready.commitIndex();
            world.tell(server, () -> "knows that entries up to " + ready.commitIndex() + " are committed");
        }
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
