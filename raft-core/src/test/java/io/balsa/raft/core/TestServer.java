package io.balsa.raft.core;

import io.balsa.raft.cluster.Membership;
import io.balsa.raft.cluster.NodeId;
import io.balsa.raft.message.AfterSync;
import io.balsa.raft.message.AppendEntriesAccepted;
import io.balsa.raft.message.Message;
import io.balsa.raft.message.RequestVote;
import io.balsa.raft.message.RequestVoteReply;
import io.balsa.raft.storage.EntryRun;
import io.balsa.raft.storage.HardState;
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
    private final TestDisk durable;
    private TestDisk written;
    private RaftCore core;
    private long nowNanos;
    private final Deque<Ready> waiting = new ArrayDeque<>();
    private List<Message> sent = new ArrayList<>();
    private List<Notice> notices = new ArrayList<>();
    private List<Load> loads = new ArrayList<>();
    private long handedOut;

    /** A server that finds {@code disk} when it starts. */
    public TestServer(NodeId self, CoreSettings settings, Membership founding, TestDisk disk, long seed) {
        this.self = self;
        this.settings = settings;
        this.founding = founding;
        durable = disk;
        written = disk.copy();
        core = started(seed);
    }

    private RaftCore started(long seed) {
        handedOut = durable.baseIndex();
        return new RaftCore(self, settings, durable.stored(self, founding), new Random(seed), nowNanos);
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
        sent = new ArrayList<>();
        loads = new ArrayList<>();
        notices = new ArrayList<>();
        written = durable.copy();
        core = started(seed);
    }

    // --- what the runtime does ---

    /** Takes what is to be done, and does what need not wait for the disk. */
    public void work() {
        while (core.hasReady()) {
            Ready ready = core.takeReady();
            sent.addAll(ready.messages());
            ready.hardState().ifPresent(written::write);
            ready.entries().forEach(written::write);
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
        for (Ready ready : batch) {
            ready.hardState().ifPresent(durable::write);
            ready.entries().forEach(durable::write);
        }
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
            happens(new Input.Loaded(load.follower(), durable.read(load.fromIndex(), load.toIndex(), load.maxBytes())));
        }
    }

    /** None of the loads can be made. */
    void failsToRead() {
        List<Load> asked = loads;
        loads = new ArrayList<>();
        asked.forEach(load -> happens(new Input.Loaded(load.follower(), List.of())));
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
