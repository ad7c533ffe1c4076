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
import io.balsa.raft.storage.StorageFullException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Writes what the consensus agent wants to be remembered, and sends what had to wait for that. A snapshot that is installed
 * is written before the entries that follow it; what it makes superfluous goes last. Group commit: everything
 * that came in during one sync shares the next. What is left unwritten at the end was never spoken of, so nobody counts on
 * it.
 *
 * <p>What the storage has no room for is kept in hand, with all that follows it, and is tried again: nothing is said of it
 * before. The consensus agent is told of the lack, as a rule before anything has to be kept.
 */
final class LogAgent extends AbstractAgent {

    /** The part of a Ready that concerns the disk. */
    private record Write(
            long number,
            Optional<HardState> hardState,
            SnapshotWork snapshots,
            List<EntryRun> entries,
            List<AfterSync> messagesAfterSync,
            boolean mustSync) {

        boolean isWhole() {
            return number > 0;
        }

        /** What there was no room for; the rest is written, but may be written again. */
        Write from(int run) {
            return new Write(
                    number, hardState, snapshots, entries.subList(run, entries.size()), messagesAfterSync, mustSync);
        }

        /** What there was room for: it has no number, because nothing is told of it yet. */
        Write upTo(int run) {
            return new Write(
                    0,
                    hardState,
                    new SnapshotWork(Optional.empty(), snapshots.install(), 0),
                    entries.subList(0, run),
                    List.of(),
                    false);
        }
    }

    private final Storage storage;
    private final Sender sender;
    private final Consumer<Input> consensus;
    private final Probe probe;
    private final RoomWatch room;
    private final Inbox<Write> writes = new Inbox<>();
    private List<Write> inHand = new ArrayList<>(); // for lack of room; bounded by what a core lets be in flight

    /**
     * Tells the consensus agent what is done.
     */
    LogAgent(Storage storage, Sender sender, Consumer<Input> consensus, Clock clock, Probe probe) {
        super("log");
        this.storage = storage;
        this.sender = sender;
        this.consensus = consensus;
        this.probe = probe;
        room = new RoomWatch(storage, clock);
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
        int work = batch.size();
        if (!inHand.isEmpty()) {
            batch.forEach(this::keep);
            batch = room.isDue() ? inHand : List.of();
            inHand = batch.isEmpty() ? inHand : new ArrayList<>();
        }
        if (!batch.isEmpty()) {
            carryOut(batch);
        }
        if (room.look(inHand.isEmpty())) {
            consensus.accept(new Input.RoomChanged(room.hasRoom()));
            work++;
        }
        return work;
    }

    /** For later; but what makes room is done at once, as long as it does not concern what is kept. */
    private void keep(Write write) {
        inHand.add(write);
        long compactTo = write.snapshots.compactTo();
        if (compactTo > 0 && compactTo < firstInHand()) {
            storage.compact(compactTo);
        }
    }

    /** What is kept begins here, if that is known. */
    private long firstInHand() {
        long first = Long.MAX_VALUE;
        for (Write write : inHand) {
            if (write.snapshots.install().isPresent()) {
                return 0;
            }
            first = write.entries.isEmpty()
                    ? first
                    : Math.min(first, write.entries.get(0).firstIndex());
        }
        return first;
    }

    /** All of it, or what there is room for. */
    private void carryOut(List<Write> batch) {
        List<Write> done = new ArrayList<>();
        boolean dirty = false;
        for (Write write : batch) {
            if (inHand.isEmpty()) {
                write(write, done);
                dirty |= write.mustSync;
            } else {
                keep(write);
            }
        }
        if (dirty) {
            storage.sync();
            tellWhatIsDurable(done);
        }
        speak(done);
    }

    private void write(Write write, List<Write> done) {
        int runs = 0;
        try {
            write.hardState.ifPresent(storage::writeHardState);
            write.snapshots.install().ifPresent(storage::installSnapshot);
            for (EntryRun run : write.entries) {
                storage.append(run);
                runs++;
            }
        } catch (StorageFullException full) {
            done.add(write.upTo(runs));
            keep(write.from(runs));
            return;
        }
        if (write.snapshots.compactTo() > 0) {
            storage.compact(write.snapshots.compactTo());
        }
        done.add(write);
    }

    private void tellWhatIsDurable(List<Write> batch) {
        long last = 0;
        for (Write write : batch) {
            if (write.isWhole()) {
                write.snapshots.install().ifPresent(installed -> probe.onSnapshotInstalled(write.number, installed));
                last = write.number;
            }
        }
        if (last > 0) {
            probe.onDurable(last);
        }
    }

    /** All of the batch is durable now, but of a write of which only a part was done, nothing is said. */
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
    public long nanosToDeadline() {
        return room.nanosToDeadline();
    }

    @Override
    public boolean hasWork() {
        return !writes.isEmpty();
    }
}
