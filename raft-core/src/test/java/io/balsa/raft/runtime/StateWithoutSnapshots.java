package io.balsa.raft.runtime;

import io.balsa.raft.SnapshotConfig;
import io.balsa.raft.StateMachine;
import io.balsa.raft.cluster.Member;
import io.balsa.raft.cluster.Membership;
import io.balsa.raft.cluster.NodeIdentity;
import io.balsa.raft.storage.MemoryStorage;
import java.util.List;
import java.util.Optional;

/** What an apply agent needs around a state machine that takes no snapshots. */
final class StateWithoutSnapshots {

    private StateWithoutSnapshots() {}

    static ApplyAgent.State of(StateMachine stateMachine) {
        MemoryStorage storage = new MemoryStorage();
        SnapshotBoard board = new SnapshotBoard(new NodeIdentity("test", SteppedNode.ONE, 1), Optional.empty());
        SnapshotReceiver receiver = new SnapshotReceiver(storage, input -> {}, board, () -> 0, Probe.NONE);
        SnapshotAgent writer = new SnapshotAgent(storage, false, input -> {}, board, receiver, Probe.NONE);
        Quarantine quarantine = new Quarantine(1);
        LibraryState library = new LibraryState(stateMachine, new ResultHashes(0, quarantine, checkpoint -> {}));
        return new ApplyAgent.State(
                library,
                new AppliedPosition(Membership.ofVoters(List.of(Member.of(1, "local:1"))), true),
                new Restorer(storage, stateMachine, library, board, Optional.empty()),
                new LocalSnapshots(
                        stateMachine,
                        library,
                        new SnapshotTrigger(SnapshotConfig.defaults(), () -> 0),
                        writer,
                        board,
                        new Completer(Runnable::run)),
                quarantine);
    }
}
