package io.balsa.raft.testkit.world;

import io.balsa.raft.core.Input;
import io.balsa.raft.core.RaftCore;
import io.balsa.raft.core.Ready;
import io.balsa.raft.message.Message;
import io.balsa.raft.runtime.Agent;
import io.balsa.raft.storage.EntryRun;
import io.balsa.raft.storage.HardState;
import io.balsa.raft.storage.file.Recovery;
import java.util.List;

/** Who is told what happens to servers. */
interface ServerWatcher {

    /** It has started, with this on its disk. */
    void onStart(SimulatedServer server, HardState state, List<EntryRun> runs);

    /** Its storage had this to repair when it started. */
    void onRecovered(SimulatedServer server, Recovery recovery);

    /** Its process is gone, for whatever reason. */
    void onGone(SimulatedServer server);

    /** Its storage has taken term and vote. */
    void onWritten(SimulatedServer server, HardState state);

    /** Its storage has taken entries. */
    void onWritten(SimulatedServer server, EntryRun run);

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
