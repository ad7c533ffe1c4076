package io.balsa.raft.testkit.world;

import io.balsa.raft.core.Input;
import io.balsa.raft.core.RaftCore;
import io.balsa.raft.core.Ready;
import io.balsa.raft.message.Message;
import io.balsa.raft.runtime.Agent;
import io.balsa.raft.storage.EntryRun;
import io.balsa.raft.storage.HardState;
import io.balsa.raft.storage.SnapshotInfo;
import io.balsa.raft.storage.StoredState;
import io.balsa.raft.storage.file.Recovery;
import java.util.List;

/** Who is told what happens to servers. */
interface ServerWatcher {

    /** It has started, with this on its disk; the runs are those of its log. */
    void onStart(SimulatedServer server, StoredState stored, List<EntryRun> runs);

    /** Its storage had this to repair when it started. */
    void onRecovered(SimulatedServer server, Recovery recovery);

    /** Its process is gone, for whatever reason. */
    void onGone(SimulatedServer server);

    /** Its storage has taken term and vote. */
    void onWritten(SimulatedServer server, HardState state);

    /** Its storage has taken entries. */
    void onWritten(SimulatedServer server, EntryRun run);

    /** Its storage has let a snapshot stand for the log up to its end. */
    void onWritten(SimulatedServer server, SnapshotInfo installed);

    /** Its storage was told that entries up to this one are no longer needed. */
    void onCompacted(SimulatedServer server, long index);

    /** Its own state machine is being captured. */
    void onCaptured(SimulatedServer server);

    /** It has served a read on the strength of a lease. */
    void onLeaseRead(SimulatedServer server, long index);

    /** It is about to start, though its disk has lost what it had promised to keep. */
    void onDamaged(SimulatedServer server);

    /** Its own state machine was captured, and that is on the disk. */
    void onSnapshotTaken(SimulatedServer server, SnapshotInfo snapshot);

    /** All of a leader's snapshot is on the disk. */
    void onSnapshotReceived(SimulatedServer server, SnapshotInfo snapshot);

    /** Its state machine was restored from this. */
    void onRestored(SimulatedServer server, SnapshotInfo snapshot);

    /** This is about to happen to its core. */
    void onStep(SimulatedServer server, RaftCore core, Input input);

    /** It is about to say this. */
    void onSend(SimulatedServer server, Message message);

    /** Its core wants this done. */
    void onReady(SimulatedServer server, RaftCore core, Ready ready);

    /** Its disk has everything that its Readies up to this number wanted to be written. */
    void onDurable(SimulatedServer server, long number);

    /** Its state machine has applied a command. */
    void onApplied(SimulatedServer server, EntryRun run, long index, byte[] result);

    /** It has stopped by itself. */
    void onFailed(SimulatedServer server, Throwable cause);

    /** It does something later than it should, because its process stood still for so long. */
    void onLate(SimulatedServer server, Agent agent, long nanos);
}
