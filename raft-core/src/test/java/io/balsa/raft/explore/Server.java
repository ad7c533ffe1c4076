package io.balsa.raft.explore;

import io.balsa.raft.cluster.NodeId;
import io.balsa.raft.cluster.RaftRole;
import io.balsa.raft.core.Input;
import io.balsa.raft.core.Load;
import io.balsa.raft.core.RaftCore;
import io.balsa.raft.core.Ready;
import io.balsa.raft.core.TestDisk;
import io.balsa.raft.message.AfterSync;
import io.balsa.raft.message.AppendEntriesAccepted;
import io.balsa.raft.message.Message;
import io.balsa.raft.message.RequestVote;
import io.balsa.raft.message.RequestVoteReply;
import io.balsa.raft.storage.EntryRun;
import io.balsa.raft.storage.HardState;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * A core, its disk and what a runtime does between them, one {@link Event} at a time. Checks what concerns one server
 * alone: what is on its disk before it speaks, what it may overwrite, what it hands to its state machine.
 */
final class Server {

    /** Nothing is random: all timers run for the same time, and which one runs out first is up to the exploration. */
    private static final RandomGenerator MIDDLE = () -> Long.MAX_VALUE / 2;

    /** All acknowledgements in a term, as one: the log that was promised to be durable. */
    private record Promise(long term, int log) {}

    private final NodeId self;
    private final Scope scope;
    private final LogTree logs;
    private final TestDisk durable;
    private final Deque<Ready> waiting = new ArrayDeque<>();
    private final List<Message> sent = new ArrayList<>();
    private TestDisk written;
    private RaftCore core;
    private long now;
    private long handedOut;
    private long lastNumber;
    private int inputsSinceWork;
    private Promise promise = new Promise(0, LogTree.EMPTY);

    Server(int number, Scope scope, LogTree logs) {
        this.self = NodeId.of(number);
        this.scope = scope;
        this.logs = logs;
        durable = scope.disk(number - 1);
        written = durable.copy();
        core = started();
    }

    private RaftCore started() {
        return new RaftCore(self, scope.settings(), durable.stored(self, scope.membership()), MIDDLE, now);
    }

    // --- what happens to it ---

    void happens(int event, Messages messages) {
        switch (event) {
            case Event.CRASH -> restart();
            case Event.WORK -> work();
            default -> {
                if (Event.isSync(event)) {
                    sync(Event.writesOf(event));
                } else {
                    step(inputOf(event, messages));
                }
                inputsSinceWork++;
                if (inputsSinceWork >= scope.batch()) {
                    work();
                }
            }
        }
    }

    private Input inputOf(int event, Messages messages) {
        if (Event.isArrival(event)) {
            return new Input.Received(messages.get(Event.messageOf(event)));
        }
        if (Event.isProposal(event)) {
            byte[] command = ("c" + Event.proposalOf(event)).getBytes(StandardCharsets.UTF_8);
            return new Input.Proposed(Event.proposalOf(event), List.of(command));
        }
        now = event == Event.SILENCE ? now + scope.settings().electionTimeoutNanos() : core.nextDeadlineNanos();
        return new Input.TimePassed(now);
    }

    /** "A leader … only commits log entries from the leader's current term by counting replicas" (section 3.6.2). */
    private void step(Input input) {
        long committed = core.commitIndex();
        core.step(input);
        boolean counted = core.commitIndex() > committed && core.role() == RaftRole.LEADER;
        if (counted && core.termAt(core.commitIndex()) != core.currentTerm()) {
            throw new Violation("S8: " + self + " leads term " + core.currentTerm() + " and commits "
                    + core.commitIndex() + " of term " + core.termAt(core.commitIndex()));
        }
    }

    private void restart() {
        waiting.clear();
        written = durable.copy();
        handedOut = durable.baseIndex();
        lastNumber = 0;
        inputsSinceWork = 0;
        core = started();
    }

    // --- what the runtime does ---

    private void work() {
        inputsSinceWork = 0;
        while (core.hasReady()) {
            Ready ready = core.takeReady();
            lastNumber = ready.number();
            ready.messages().forEach(this::say);
            ready.hardState().ifPresent(written::write);
            ready.entries().forEach(this::write);
            checkCommitted(ready);
            ready.loads().forEach(this::load);
            if (scope.habit() == Habit.SPEAKS_BEFORE_SYNC) {
                ready.messagesAfterSync().forEach(this::say);
            }
            if (ready.mustSync() || !waiting.isEmpty()) {
                waiting.add(ready);
                if (scope.habit() == Habit.BELIEVES_TOO_EARLY) {
                    step(new Input.Persisted(ready.number()));
                }
            } else if (scope.habit() != Habit.SPEAKS_BEFORE_SYNC) {
                ready.messagesAfterSync().forEach(this::say);
            }
        }
        if (core.lastIndex() != written.lastIndex()) {
            throw new Violation("D6: " + self + " ends at " + core.lastIndex() + ", its log at " + written.lastIndex());
        }
    }

    /** Old entries, which a server that has started again no longer holds, are read at once. */
    private void load(Load wanted) {
        Load.Entries load = (Load.Entries) wanted; // nobody takes snapshots here
        List<EntryRun> runs = durable.read(load.fromIndex(), load.toIndex(), load.maxBytes());
        step(new Input.Loaded(load.follower(), runs));
    }

    /** "No append … removes or replaces an index that is committed or applied." */
    private void write(EntryRun run) {
        if (run.firstIndex() <= handedOut) {
            throw new Violation("D5: " + self + " overwrites " + run + " but has committed " + handedOut);
        }
        written.write(run);
    }

    /** After a restart the core no longer holds what it had before: the runtime reads the first entries elsewhere. */
    private void checkCommitted(Ready ready) {
        List<EntryRun> runs = ready.committed();
        long next = runs.isEmpty()
                ? ready.commitIndex() + 1
                : Math.max(handedOut + 1, runs.get(0).firstIndex());
        for (EntryRun run : runs) {
            boolean follows = run.firstIndex() <= next;
            for (; follows && next <= Math.min(run.lastIndex(), ready.commitIndex()); next++) {
                follows = run.entry(next).equals(written.entry(next));
            }
            if (!follows) {
                throw new Violation(
                        "S5: " + self + " applies " + run + " as " + next + " but has " + logs.text(logs.of(written)));
            }
        }
        if (ready.commitIndex() < handedOut || next != ready.commitIndex() + 1) {
            throw new Violation(
                    "S5: " + self + " applies " + runs + " for " + handedOut + " to " + ready.commitIndex());
        }
        handedOut = ready.commitIndex();
    }

    private void sync(int writes) {
        List<Ready> batch = new ArrayList<>();
        for (int i = 0; i < writes; i++) {
            Ready ready = waiting.remove();
            batch.add(ready);
            ready.hardState().ifPresent(this::remember);
            ready.entries().forEach(durable::write);
        }
        if (durable.hardState().currentTerm() == promise.term && !logs.isPrefix(promise.log, logs.of(durable))) {
            throw new Violation("D4: " + self + " acknowledged " + logs.text(promise.log) + " in term " + promise.term
                    + " and overwrites it with " + logs.text(logs.of(durable)));
        }
        for (int i = 0; i < batch.size() && scope.habit() != Habit.SPEAKS_BEFORE_SYNC; i++) {
            long overwrittenFrom = firstIndexOf(batch.subList(i + 1, batch.size()));
            for (AfterSync message : batch.get(i).messagesAfterSync()) {
                if (isStillTrue(message, overwrittenFrom)) {
                    say(message);
                }
            }
        }
        step(new Input.Persisted(batch.get(batch.size() - 1).number()));
    }

    private boolean isStillTrue(AfterSync message, long overwrittenFrom) {
        boolean overwritten =
                message instanceof AppendEntriesAccepted accepted && accepted.matchIndex() >= overwrittenFrom;
        return !overwritten && message.term() >= durable.hardState().currentTerm();
    }

    private static long firstIndexOf(List<Ready> readies) {
        return readies.stream()
                .flatMap(ready -> ready.entries().stream())
                .mapToLong(EntryRun::firstIndex)
                .min()
                .orElse(Long.MAX_VALUE);
    }

    private void remember(HardState next) {
        HardState before = durable.hardState();
        boolean changesVote = next.currentTerm() == before.currentTerm()
                && before.votedFor().isPresent()
                && !next.votedFor().equals(before.votedFor());
        if (next.currentTerm() < before.currentTerm()) {
            throw new Violation("D1: the term of " + self + " goes back from " + before + " to " + next);
        }
        if (changesVote) {
            throw new Violation("D2: " + self + " votes twice: " + before + ", then " + next);
        }
        boolean forgets = scope.habit() == Habit.FORGETS_VOTES;
        durable.write(forgets ? new HardState(next.currentTerm(), Optional.empty()) : next);
    }

    /** Nothing is said that a crash could make untrue (section 3.8), whichever way the core sends it. */
    private void say(Message message) {
        HardState onDisk = durable.hardState();
        boolean kept = !(message instanceof AfterSync) || message.term() <= onDisk.currentTerm();
        if (message instanceof RequestVoteReply reply && reply.granted()) {
            kept = onDisk.equals(new HardState(reply.term(), Optional.of(reply.to())));
        } else if (message instanceof RequestVote request) {
            kept = onDisk.equals(new HardState(request.term(), Optional.of(self)));
        } else if (message instanceof AppendEntriesAccepted accepted) {
            kept = kept && accepted.matchIndex() <= durable.lastIndex();
            promise(accepted);
        }
        if (!kept && scope.listens()) {
            throw new Violation("D3: " + self + " says " + message + " but its disk has " + onDisk + " "
                    + logs.text(logs.of(durable)));
        }
        sent.add(message);
    }

    private void promise(AppendEntriesAccepted accepted) {
        int log = logs.upTo(logs.of(durable), accepted.matchIndex());
        boolean more = accepted.term() > promise.term || logs.length(log) > logs.length(promise.log);
        if (accepted.term() >= promise.term && more) {
            promise = new Promise(accepted.term(), log);
        }
    }

    // --- what it is and what it did ---

    RaftCore core() {
        return core;
    }

    TestDisk durable() {
        return durable;
    }

    TestDisk written() {
        return written;
    }

    /** How many Readies wait for the disk. */
    int writing() {
        return waiting.size();
    }

    /** Whether inputs were stepped and nothing was done about them yet. */
    boolean hasWork() {
        return inputsSinceWork > 0;
    }

    /** Whether the shortest election timeout can pass before its own timer runs out. */
    boolean canBeSilent() {
        boolean early = core.nextDeadlineNanos() - now > scope.settings().electionTimeoutNanos();
        return scope.isCareful() && (early || core.role() == RaftRole.LEADER);
    }

    /** Messages that left since this was last asked. */
    List<Message> takeSent() {
        List<Message> taken = List.copyOf(sent);
        sent.clear();
        return taken;
    }

    /** Everything that decides what it will do, and what it will be held to. */
    String inWords(Renaming renaming) {
        Ready oldest = waiting.peek();
        CanonicalText.Frame frame = new CanonicalText.Frame(
                now,
                oldest == null ? lastNumber + 1 : oldest.number(),
                scope.settings().electionTimeoutNanos(),
                !scope.isCareful());
        StringBuilder text = new StringBuilder(CanonicalText.of(core, renaming, frame));
        text.append(CanonicalText.of(durable.hardState(), renaming)).append(logs.text(logs.of(durable)));
        text.append(CanonicalText.of(written.hardState(), renaming)).append(logs.text(logs.of(written)));
        for (Ready ready : waiting) {
            text.append(CanonicalText.of(ready.hardState(), renaming))
                    .append(CanonicalText.of(ready.entries(), renaming));
            text.append(CanonicalText.of(ready.messagesAfterSync(), renaming));
        }
        text.append(inputsSinceWork).append(' ').append(handedOut);
        boolean binds = promise.term == durable.hardState().currentTerm();
        return text.append(binds ? logs.text(promise.log) : "").toString();
    }
}
