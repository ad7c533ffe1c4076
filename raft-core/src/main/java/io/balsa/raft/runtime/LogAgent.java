package io.balsa.raft.runtime;

import io.balsa.raft.core.Input;
import io.balsa.raft.core.Ready;
import io.balsa.raft.core.SnapshotWork;
import io.balsa.raft.message.AfterSync;
import io.balsa.raft.message.AppendEntriesAccepted;
import io.balsa.raft.storage.EntryRun;
import io.balsa.raft.storage.HardState;
import io.balsa.raft.storage.SnapshotInfo;
import io.balsa.raft.storage.Storage;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Writes what the consensus agent wants to be remembered, and sends what had to wait for that. A snapshot that is installed
 * is written before the entries that follow it; what it makes superfluous goes last. Group commit: everything
 * that came in during one sync shares the next. What is left unwritten at the end was never spoken of, so nobody counts on
 * it.
 */
final class LogAgent extends AbstractAgent {

    /** The part of a Ready that concerns the disk. */
    private record Write(
            long number,
            Optional<HardState> hardState,
            SnapshotWork snapshots,
            List<EntryRun> entries,
            List<AfterSync> messagesAfterSync,
            boolean mustSync) {}

    private final Storage storage;
    private final Sender sender;
    private final Consumer<Input> consensus;
    private final Probe probe;
    private final Inbox<Write> writes = new Inbox<>();

    /**
     * Tells the consensus agent what is done.
     */
    LogAgent(Storage storage, Sender sender, Consumer<Input> consensus, Probe probe) {
        super("log");
        this.storage = storage;
        this.sender = sender;
        this.consensus = consensus;
        this.probe = probe;
    }

    /** Called by the consensus agent. What is in the log agent's hands is bounded by what a core lets be in flight. */
    void write(Ready ready) {
        writes.put(new Write(
                ready.number(),
                ready.hardState(),
                ready.snapshots(),
                ready.entries(),
                ready.messagesAfterSync(),
                ready.mustSync()));
        wake();
    }

    @Override
    public int doWork() {
        List<Write> batch = writes.takeAll();
        if (!batch.isEmpty()) {
            write(batch);
            speak(batch);
        }
        return batch.size();
    }

    private void write(List<Write> batch) {
        boolean dirty = false;
        for (Write write : batch) {
            write.hardState.ifPresent(storage::writeHardState);
            write.snapshots.install().ifPresent(storage::installSnapshot);
            for (EntryRun run : write.entries) {
                storage.append(run);
            }
            if (write.snapshots.compactTo() > 0) {
                storage.compact(write.snapshots.compactTo());
            }
            dirty |= write.mustSync;
        }
        if (dirty) {
            storage.sync();
            tellWhatIsDurable(batch);
        }
    }

    private void tellWhatIsDurable(List<Write> batch) {
        for (Write write : batch) {
            write.snapshots.install().ifPresent(installed -> probe.onSnapshotInstalled(write.number, installed));
        }
        probe.onDurable(batch.get(batch.size() - 1).number);
    }

    /** All of the batch is durable now. */
    private void speak(List<Write> batch) {
        List<AfterSync> messages = truthsOf(batch);
        for (AfterSync message : messages) {
            sender.send(message);
        }
        if (!messages.isEmpty()) {
            sender.flush();
        }
        for (int i = batch.size() - 1; i >= 0; i--) {
            if (batch.get(i).mustSync) {
                consensus.accept(new Input.Persisted(batch.get(i).number));
                return;
            }
        }
    }

    /**
     * What may still be said, now that the disk holds the end of the batch and never held its beginning: not that entries
     * are there which a later write of the same batch has replaced, and nothing of a term that was left since.
     */
    private static List<AfterSync> truthsOf(List<Write> batch) {
        List<AfterSync> messages = new ArrayList<>();
        for (Write write : batch) {
            write.hardState.ifPresent(
                    hardState -> messages.removeIf(message -> message.term() < hardState.currentTerm()));
            write.snapshots.install().map(SnapshotInfo::index).ifPresent(index -> forget(messages, index + 1));
            if (!write.entries.isEmpty()) {
                forget(messages, write.entries.get(0).firstIndex());
            }
            messages.addAll(write.messagesAfterSync);
        }
        return messages;
    }

    private static void forget(List<AfterSync> messages, long replacedFrom) {
        messages.removeIf(
                message -> message instanceof AppendEntriesAccepted accepted && accepted.matchIndex() >= replacedFrom);
    }

    @Override
    public boolean hasWork() {
        return !writes.isEmpty();
    }
}
