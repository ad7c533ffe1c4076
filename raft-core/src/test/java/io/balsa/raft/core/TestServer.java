package io.balsa.raft.core;

import io.balsa.raft.cluster.Membership;
import io.balsa.raft.cluster.NodeId;
import io.balsa.raft.message.AfterSync;
import io.balsa.raft.message.AppendEntriesAccepted;
import io.balsa.raft.message.InstallSnapshot;
import io.balsa.raft.message.Message;
import io.balsa.raft.message.RequestVote;
import io.balsa.raft.message.RequestVoteReply;
import io.balsa.raft.storage.EntryRun;
import io.balsa.raft.storage.HardState;
import io.balsa.raft.storage.LogPosition;
import io.balsa.raft.storage.SnapshotInfo;
import io.balsa.raft.storage.StoredState;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/**
 * A core and a disk that writes only when it is told to. Does by hand what the runtime does with a {@link Ready}, and
 * checks on the way that nothing is said before it is durable (section 3.8).
 */
public final class TestServer {

    private final NodeId self;
    private final CoreSettings settings;
    private final Membership founding;
    private TestDisk durable;
    private TestDisk written;
    private RaftCore core;
    private long nowNanos;
    private final Deque<Ready> waiting = new ArrayDeque<>();
    private List<Message> sent = new ArrayList<>();
    private List<Notice> notices = new ArrayList<>();
    private List<Load> loads = new ArrayList<>();
    private List<InstallSnapshot> pieces = new ArrayList<>();
    private final TestSnapshots received = new TestSnapshots();
    private long handedOut;

    /** A server that finds {@code disk} when it starts. */
    public TestServer(NodeId self, CoreSettings settings, Membership founding, TestDisk disk, long seed) {
        this.self = self;
        this.settings = settings;
        this.founding = founding;
        durable = disk;
        core = started(seed);
        written = durable.copy();
    }

    private RaftCore started(long seed) {
        StoredState stored = durable.stored(self, founding);
        handedOut = stored.snapshot().map(SnapshotInfo::index).orElse(0L);
        return new RaftCore(self, settings, stored, new Random(seed), nowNanos);
    }

    // --- what happens to it ---

    /** Something happens; nothing is done about it before {@link #work}. */
    public void step(Input input) {
        core.step(input);
    }

    /** Something happens, and all that can be done without the disk is done. */
    public void happens(Input input) {
        step(input);
        work();
    }

    /** A message comes in. */
    public void receives(Message message) {
        happens(new Input.Received(message));
    }

    /** Time passes. */
    public void waits(long nanos) {
        nowNanos += nanos;
        happens(new Input.TimePassed(nowNanos));
    }

    /** It is now this time; nothing is done about it before {@link #work}. */
    void stepTo(long now) {
        nowNanos = now;
        step(new Input.TimePassed(now));
    }

    /** It is this time when it starts again. */
    void sleepsUntil(long now) {
        nowNanos = now;
    }

    /** Time passes until the core has something to do. */
    public void waitsForDeadline() {
        waits(Math.max(0, core.nextDeadlineNanos() - nowNanos));
    }

    /** Loses what is not durable and starts again. */
    public void restarts(long seed) {
        waiting.clear();
        received.forget();
        sent = new ArrayList<>();
        loads = new ArrayList<>();
        pieces = new ArrayList<>();
        notices = new ArrayList<>();
        core = started(seed);
        written = durable.copy();
    }

    /** Loses its disk, and starts again with another. */
    public void isWiped(long newStoreId, long seed) {
        durable = new TestDisk(LogPosition.ZERO);
        durable.storeId(newStoreId);
        restarts(seed);
    }

    /** Crashes, loses all entries from this index on to damage, and starts again. */
    public void isDamaged(long fromIndex, long seed) {
        durable.lose(fromIndex);
        restarts(seed);
    }

    // --- what the runtime does ---

    /** Takes what is to be done, and does what need not wait for the disk. */
    public void work() {
        while (core.hasReady()) {
            Ready ready = core.takeReady();
            sent.addAll(ready.messages());
            write(ready, written);
            ready.snapshots().piece().ifPresent(pieces::add);
            loads.addAll(ready.loads());
            notices.addAll(ready.notices());
            checkCommitted(ready);
            if (ready.mustSync() || !waiting.isEmpty()) {
                waiting.add(ready);
            } else {
                ready.messagesAfterSync().forEach(this::sendDurable);
            }
        }
    }

    private static void write(Ready ready, TestDisk disk) {
        ready.snapshots().install().ifPresent(disk::install);
        ready.hardState().ifPresent(disk::write);
        ready.entries().forEach(disk::write);
        disk.compactTo(ready.snapshots().compactTo());
    }

    /** The disk writes all that waits, in one sync. */
    public void persists() {
        persists(waiting.size());
    }

    /** The disk writes the oldest few of what waits, in one sync. */
    public void persists(int count) {
        List<Ready> batch = new ArrayList<>();
        for (int i = 0; i < count && !waiting.isEmpty(); i++) {
            batch.add(waiting.remove());
        }
        if (batch.isEmpty()) {
            return;
        }
        batch.forEach(ready -> write(ready, durable));
        for (int i = 0; i < batch.size(); i++) {
            long overwrittenFrom = firstWritten(batch.subList(i + 1, batch.size()));
            for (AfterSync message : batch.get(i).messagesAfterSync()) {
                boolean overwritten =
                        message instanceof AppendEntriesAccepted accepted && accepted.matchIndex() >= overwrittenFrom;
                if (!overwritten && message.term() >= durable.hardState().currentTerm()) {
                    sendDurable(message);
                }
            }
        }
        happens(new Input.Persisted(batch.get(batch.size() - 1).number()));
    }

    private static long firstWritten(List<Ready> readies) {
        long first = Long.MAX_VALUE;
        for (Ready ready : readies) {
            for (EntryRun run : ready.entries()) {
                first = Math.min(first, run.firstIndex());
            }
        }
        return first;
    }

    /** Answers all loads from the disk. */
    public void reads() {
        List<Load> asked = loads;
        loads = new ArrayList<>();
        for (Load load : asked) {
            if (load instanceof Load.Entries entries) {
                List<EntryRun> runs = durable.read(entries.fromIndex(), entries.toIndex(), entries.maxBytes());
                happens(new Input.Loaded(load.follower(), runs));
            } else if (load instanceof Load.Piece piece) {
                happens(new Input.PieceLoaded(piece, TestSnapshots.read(durable, piece)));
            }
        }
    }

    /** Has captured its state machine as of an entry of its log. */
    public void takesSnapshot(long index, long sizeBytes) {
        MembershipHistory.Row row = core.log().membershipAsOf(index);
        int made = (int) (self.value() * 1_000 + sizeBytes); // no two servers make the same bytes
        SnapshotInfo snapshot = new SnapshotInfo(
                new LogPosition(index, core.termAt(index)), row.index(), row.membership(), sizeBytes, made);
        adds(snapshot, written.chainAt(index));
        happens(new Input.SnapshotTaken(snapshot));
    }

    private void adds(SnapshotInfo snapshot, long chain) {
        durable.add(snapshot, chain);
        written.add(snapshot, chain);
    }

    /** Stores the pieces of snapshots that came in, and says so. */
    public void storesPieces() {
        List<InstallSnapshot> asked = pieces;
        pieces = new ArrayList<>();
        for (InstallSnapshot piece : asked) {
            SnapshotInfo snapshot = piece.snapshot();
            long stored = received.store(piece);
            if (stored == snapshot.sizeBytes()) {
                adds(snapshot, received.finish());
                happens(new Input.SnapshotReceived(snapshot));
            } else {
                happens(new Input.PieceStored(snapshot, stored));
            }
        }
    }

    /** None of the loads can be made. */
    void failsToRead() {
        List<Load> asked = loads;
        loads = new ArrayList<>();
        for (Load load : asked) {
            happens(
                    load instanceof Load.Piece piece
                            ? new Input.PieceLoaded(piece, Optional.empty())
                            : new Input.Loaded(load.follower(), List.of()));
        }
    }

    // --- what must always hold ---

    private void sendDurable(AfterSync message) {
        HardState onDisk = durable.hardState();
        boolean kept = message.term() <= onDisk.currentTerm();
        if (message instanceof RequestVoteReply reply && reply.granted()) {
            kept = onDisk.equals(new HardState(reply.term(), Optional.of(reply.to())));
        } else if (message instanceof RequestVote request) {
            kept = onDisk.equals(new HardState(request.term(), Optional.of(self)));
        } else if (message instanceof AppendEntriesAccepted accepted) {
            kept = kept && accepted.matchIndex() <= durable.lastIndex();
        }
        if (!kept) {
            throw new AssertionError(message + " is said but the disk has " + onDisk + ", " + durable.terms());
        }
        sent.add(message);
    }

    private void checkCommitted(Ready ready) {
        for (EntryRun run : ready.committed()) {
            long first = Math.max(run.firstIndex(), written.baseIndex() + 1);
            for (long index = first; index <= Math.min(run.lastIndex(), ready.commitIndex()); index++) {
                if (!run.entry(index).equals(written.entry(index))) {
                    throw new AssertionError("committed " + run + " is not what is in the log at " + index);
                }
            }
        }
        if (ready.snapshots().install().isPresent()) {
            handedOut = ready.snapshots().install().get().index();
        }
        if (ready.commitIndex() < handedOut) {
            throw new AssertionError("the commit index went back from " + handedOut);
        }
        if (!ready.committed().isEmpty()) {
            List<EntryRun> runs = ready.committed();
            if (runs.get(runs.size() - 1).lastIndex() < ready.commitIndex() || ready.commitIndex() == handedOut) {
                throw new AssertionError(runs + " are handed out for " + handedOut + " to " + ready.commitIndex());
            }
        }
        handedOut = ready.commitIndex();
    }

    // --- what it is and what it did ---

    /** The core. */
    public RaftCore core() {
        return core;
    }

    /** Who it is. */
    public NodeId self() {
        return self;
    }

    /** What would be found after a crash. */
    public TestDisk durable() {
        return durable;
    }

    /** What was handed to the disk, be it durable or not. */
    public TestDisk written() {
        return written;
    }

    /** Up to where it knows the log to be committed and has told so. */
    public long handedOut() {
        return handedOut;
    }

    /** Whether something waits for the disk. */
    public boolean isWriting() {
        return !waiting.isEmpty();
    }

    /** How many Readies wait for the disk. */
    public int writing() {
        return waiting.size();
    }

    /** Its time. */
    public long nowNanos() {
        return nowNanos;
    }

    /** Messages that left since this was last asked. */
    public List<Message> takeSent() {
        List<Message> taken = sent;
        sent = new ArrayList<>();
        return taken;
    }

    /** Messages of one kind that left since {@link #takeSent} was last asked; all others are forgotten. */
    public <T extends Message> List<T> takeSent(Class<T> kind) {
        return takeSent().stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    /** Notices since this was last asked. */
    public List<Notice> takeNotices() {
        List<Notice> taken = notices;
        notices = new ArrayList<>();
        return taken;
    }

    /** Whether pieces of a snapshot wait to be stored. */
    boolean hasPieces() {
        return !pieces.isEmpty();
    }

    /** The membership that the cluster began with. */
    Membership founding() {
        return founding;
    }

    /** Loads that wait to be made. */
    public List<Load> loads() {
        return List.copyOf(loads);
    }

    /** How many messages with entries are on their way to each follower at most, while it leads. */
    int maxInflight() {
        int most = 0;
        if (core.currentRole() instanceof Leader leader) {
            for (Progress follower : leader.followers()) {
                most = Math.max(most, follower.inflightMessages());
            }
        }
        return most;
    }
}
