package io.balsa.raft.testkit.workload;

import io.balsa.raft.Applied;
import io.balsa.raft.Command;
import io.balsa.raft.Outcome;
import io.balsa.raft.RaftException;
import io.balsa.raft.testkit.oracle.Divergence;
import io.balsa.raft.testkit.oracle.Violation;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Checks what clients are told against the order in which commands were applied, which the simulator knows: a history in
 * which every operation takes effect at its index, and the indexes agree with real time, is linearizable. And checks that
 * all state machines answer a command alike.
 */
public final class Ledger {

    private record Entry(int server, ByteBuffer command, ByteBuffer result) {}

    /** How often a command was proposed, and what became of it; commands may be equal to one another. */
    private static final class Tally {
        private int applied;
        private int acknowledged;
        private int perhaps; // no answer yet, or one that says that nobody knows
    }

    private final Function<byte[], String> inWords;
    private final List<@Nullable Entry> entries = new ArrayList<>(); // by index, from 1
    private final Map<ByteBuffer, Tally> tallies = new LinkedHashMap<>();
    private final Answers answers = new Answers();
    private Consumer<Supplier<String>> story = what -> {};
    private Optional<Violation> violation = Optional.empty();
    private long highestSeen; // by a client whose operation has returned

    /**
     * An empty one.
     *
     * @param inWords tells a command so that a person understands it
     */
    public Ledger(Function<byte[], String> inWords) {
        this.inWords = inWords;
    }

    /** For who reads the story of the run: what clients do, and what they are told. */
    public void tellTo(Consumer<Supplier<String>> reader) {
        story = reader;
    }

    /** Something for the story of the run. */
    void tell(Supplier<String> what) {
        story.accept(what);
    }

    /** How often clients got which kind of answer. */
    public Answers answers() {
        return answers;
    }

    /** What was found in an answer to a client: a future would swallow what its callbacks throw. */
    public Optional<Violation> violation() {
        return violation;
    }

    /** Looks at an answer to a client; what is found is kept. */
    public void look(Runnable answer) {
        try {
            answer.run();
        } catch (Violation found) {
            keep(found);
        } catch (RuntimeException | AssertionError e) {
            keep(new Violation("A1", "an exception has escaped while an answer was looked at: " + e, e));
        }
    }

    private void keep(Violation found) {
        violation = violation.isPresent() ? violation : Optional.of(found);
    }

    private @Nullable Entry entry(long index) {
        return index <= entries.size() && index > 0 ? entries.get((int) index - 1) : null;
    }

    /**
     * A state machine has answered a command.
     *
     * @return whether it is the first that came so far
     * @throws Divergence if another has answered the same command otherwise
     */
    public boolean onApplied(int server, Command command, byte[] result) {
        Entry known = entry(command.index());
        if (known == null) {
            while (entries.size() < command.index()) {
                entries.add(null);
            }
            byte[] data = command.data();
            entries.set(
                    (int) command.index() - 1,
                    new Entry(server, ByteBuffer.wrap(data), ByteBuffer.wrap(result.clone())));
            tally(data).applied++;
            return true;
        }
        if (!known.result.equals(ByteBuffer.wrap(result))) {
            throw new Divergence(
                    command.index(),
                    inWords.apply(command.data()),
                    "server " + known.server + " answered " + Words.of(bytes(known.result)) + ", server " + server + " "
                            + Words.of(result));
        }
        return false;
    }

    private static byte[] bytes(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.duplicate().get(bytes);
        return bytes;
    }

    private Tally tally(byte[] command) {
        return tallies.computeIfAbsent(ByteBuffer.wrap(command), absent -> new Tally());
    }

    // --- clients ---

    /** An operation begins: what it sees must not be older than this index. */
    public long begin() {
        return highestSeen;
    }

    /** A command is proposed; the array stays as it is. */
    public long propose(byte[] command) {
        tally(command).perhaps++;
        story.accept(() -> "propose " + inWords.apply(command));
        return begin();
    }

    /** A command was acknowledged. */
    public void onAcknowledged(long begun, byte[] command, Applied done) {
        answers.count(Answers.Kind.ACKNOWLEDGED);
        story.accept(() -> inWords.apply(command) + " is acknowledged at " + done.index() + ", with the answer "
                + Words.of(done.result()));
        Tally tally = tally(command);
        tally.perhaps--;
        tally.acknowledged++;
        Entry entry = entry(done.index());
        if (entry == null || !entry.command.equals(ByteBuffer.wrap(command))) {
            throw new Violation(
                    "R6",
                    inWords.apply(command) + " was acknowledged at " + done.index() + ", where "
                            + (entry == null ? "nothing" : inWords.apply(bytes(entry.command))) + " was applied");
        }
        if (!entry.result.equals(ByteBuffer.wrap(done.result()))) {
            throw new Violation("R6", inWords.apply(command) + " got the answer to another command");
        }
        if (done.index() <= begun) {
            throw new Violation(
                    "R1",
                    inWords.apply(command) + " took effect at " + done.index() + " after " + begun + " had been seen");
        }
        highestSeen = Math.max(highestSeen, done.index());
    }

    /** A linearizable read has returned what the state machine held after it had applied everything up to an index. */
    public void onRead(long begun, long index) {
        answers.count(Answers.Kind.READ);
        story.accept(() -> "a read sees the state at " + index);
        if (index < begun) {
            throw new Violation("R1", "a read saw the state at " + index + " after " + begun + " had been seen");
        }
        highestSeen = Math.max(highestSeen, index);
    }

    /** A command got no good answer. */
    public void onFailed(byte[] command, Throwable failure) {
        story.accept(() -> inWords.apply(command) + " fails: " + failure.getMessage());
        requireAnswer(failure);
        if (outcomeOf(failure) == Outcome.UNKNOWN) {
            answers.count(Answers.Kind.UNKNOWN);
        } else {
            answers.count(Answers.Kind.REFUSED);
            tally(command).perhaps--;
        }
    }

    /** Whoever asks a node gets one of the library's answers, or none; anything else has escaped from it (A1). */
    public static void requireAnswer(Throwable failure) {
        if (raftException(failure).isEmpty()) {
            throw new Violation("A1", "a client was told of an exception that is no answer: " + failure, failure);
        }
    }

    /** What is known about an operation that failed like this. */
    public static Outcome outcomeOf(Throwable failure) {
        return raftException(failure).map(RaftException::outcome).orElse(Outcome.UNKNOWN);
    }

    /** The exception of the library behind what a future was completed with. */
    public static Optional<RaftException> raftException(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        return cause instanceof RaftException answer ? Optional.of(answer) : Optional.empty();
    }

    /** At the end of a run: nothing that was refused has taken effect, and nothing was lost or applied twice (R5, R6). */
    public void finish() {
        tallies.forEach((command, tally) -> {
            if (tally.applied < tally.acknowledged || tally.applied > tally.acknowledged + tally.perhaps) {
                throw new Violation(
                        "R6",
                        inWords.apply(bytes(command)) + " was applied " + tally.applied + " times, acknowledged "
                                + tally.acknowledged + " times, and of " + tally.perhaps
                                + " more nobody knew what became of them");
            }
        });
    }
}
