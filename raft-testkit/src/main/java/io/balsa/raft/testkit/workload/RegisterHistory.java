package io.balsa.raft.testkit.workload;

import io.balsa.raft.Command;
import io.balsa.raft.Outcome;
import io.balsa.raft.testkit.linearizability.History;
import io.balsa.raft.testkit.linearizability.LinearizabilityChecker;
import io.balsa.raft.testkit.linearizability.RegisterModel;
import io.balsa.raft.testkit.linearizability.Verdict;
import io.balsa.raft.testkit.oracle.Violation;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What clients have asked and heard, for the linearizability checker. It knows nothing of indexes, so it also checks the
 * {@link Ledger}, which does.
 *
 * <p>The order that it ought to be is that of the log: a command stands at its index, a read behind the index at which it saw
 * the state. That this explains all answers is checked in every run; only if it does not, an order is searched for. To check
 * that check, some runs search for one without being told of any.
 *
 * <p>Commands whose clients do not know what became of them make a search long. So it is told when a state machine has
 * applied one: that is its end then. Those that none has applied are left out: whoever has seen such a value has seen what
 * cannot be explained. Of commands that are equal nobody knows which was applied; those that began first may have been.
 */
final class RegisterHistory {

    private static final long MOST_STEPS = 5_000_000;
    private static final long STEPS_OF_SAMPLE = 200_000; // more would only take time: there is an order

    /** Equal commands: who has proposed them, in this order, and where they stand in the log that are not acknowledged. */
    private record Equal(List<Long> ids, SortedSet<Long> indexes) {}

    private final History<RegisterModel.Input, RegisterModel.Output> history = new History<>();
    private final Set<Long> reads = new TreeSet<>(); // without an answer yet
    private final Set<Long> commands = new TreeSet<>(); // without an end yet
    private final Map<ByteBuffer, Equal> equals = new LinkedHashMap<>();
    private final Map<Long, Equal> equalTo = new HashMap<>(); // by the number of a command; looked up
    private final Map<Long, RegisterModel.Output> applied = new HashMap<>(); // what came of commands; looked up
    private final Set<Long> unknown = new HashSet<>(); // commands of which the client does not know; looked up
    private long operations;

    /** A client may lose patience and go on before it has an answer, so each operation is a process of its own. */
    private long invoke(int client, RegisterModel.Input input, long nowNanos) {
        long id = history.invoke("client " + client + ", operation " + ++operations, input, nowNanos);
        if (input instanceof RegisterModel.Get) {
            reads.add(id);
        }
        return id;
    }

    /** The operation is this command. */
    void isCommand(long id, byte[] command) {
        commands.add(id);
        Equal equal = equals.computeIfAbsent(
                ByteBuffer.wrap(command), absent -> new Equal(new ArrayList<>(1), new TreeSet<>()));
        equal.ids.add(id);
        equalTo.put(id, equal);
    }

    /** The first state machine has applied this command. */
    void applied(Command command, RegisterModel.Output output, long nowNanos) {
        Equal equal = equals.get(ByteBuffer.wrap(command.data()));
        if (equal == null) {
            return;
        }
        if (equal.ids.size() > 1) {
            equal.indexes.add(command.index());
            return;
        }
        long id = equal.ids.get(0);
        applied.put(id, output);
        history.guess(id, placeAt(command.index()));
        endIfUnknown(id, nowNanos);
    }

    private static long placeAt(long index) {
        return 2 * index;
    }

    private static long placeBehind(long index) {
        return 2 * index + 1;
    }

    private void endIfUnknown(long id, long nowNanos) {
        RegisterModel.Output output = applied.get(id);
        if (output != null && unknown.contains(id) && commands.contains(id)) {
            complete(id, output, nowNanos);
        }
    }

    long put(int client, String key, String value, long nowNanos) {
        return invoke(client, new RegisterModel.Put(key, value), nowNanos);
    }

    long delete(int client, String key, long nowNanos) {
        return invoke(client, new RegisterModel.Delete(key), nowNanos);
    }

    long cas(Call call, String key, String expected, String value) {
        return invoke(
                call.client(), new RegisterModel.Cas(key, valueOf(expected), Optional.of(value)), call.nowNanos());
    }

    long get(int client, String key, long nowNanos) {
        return invoke(client, new RegisterModel.Get(key), nowNanos);
    }

    /**
     * A command was acknowledged, at this index.
     *
     * @param swapped of a compare-and-set, whether it found what it expected
     */
    void done(long id, long index, Optional<Boolean> swapped, long nowNanos) {
        RegisterModel.Output output =
                swapped.isPresent() ? new RegisterModel.Swapped(swapped.get()) : new RegisterModel.Done();
        Equal equal = equalTo.get(id);
        if (equal != null && commands.contains(id)) {
            equal.indexes.remove(index);
            history.guess(id, placeAt(index));
            complete(id, output, nowNanos);
        }
    }

    /** A read has seen this in the state at an index. */
    void read(long id, String value, long index, long nowNanos) {
        history.guess(id, placeBehind(index));
        complete(id, new RegisterModel.Value(valueOf(value)), nowNanos);
    }

    private void complete(long id, RegisterModel.Output output, long nowNanos) {
        reads.remove(id);
        commands.remove(id);
        history.complete(id, output, nowNanos);
    }

    /** It was not carried out, or the client does not know. */
    void failed(long id, Outcome outcome, long nowNanos) {
        boolean read = reads.remove(id);
        boolean certain = outcome == Outcome.NOT_APPLIED;
        if (read || (certain && commands.remove(id))) {
            history.failed(id);
        } else if (!certain) {
            unknown.add(id);
            endIfUnknown(id, nowNanos);
        }
    }

    /**
     * Looks whether the order of the log explains it all, or any order does (R1).
     *
     * @param sample whether to look for an order also where that of the log is one
     * @throws Violation if there is none, or none was found in time
     */
    void check(boolean sample) {
        reads.forEach(history::failed); // what a read without an answer saw does not matter
        equals.values().forEach(this::settle);
        Verdict verdict = LinearizabilityChecker.check(history, new RegisterModel(), MOST_STEPS);
        if (!(verdict instanceof Verdict.Linearizable)) {
            throw new Violation("R1", verdict.explanation());
        }
        if (sample && search() instanceof Verdict.NotLinearizable otherwise) {
            throw new Violation("R1", "the order of the log explains all answers, and yet: " + otherwise.explanation());
        }
    }

    private Verdict search() {
        return LinearizabilityChecker.search(history, new RegisterModel(), STEPS_OF_SAMPLE);
    }

    /** Who is first to begin is first to take effect; for some there is nothing left. */
    private void settle(Equal equal) {
        Iterator<Long> free = equal.indexes.iterator();
        for (long id : equal.ids) {
            if (!commands.contains(id) || applied.containsKey(id)) {
                continue;
            }
            if (free.hasNext()) {
                history.guess(id, placeAt(free.next()));
            } else {
                history.failed(id);
            }
        }
    }

    private static Optional<String> valueOf(String value) {
        return value.equals(Registers.ABSENT) ? Optional.empty() : Optional.of(value);
    }
}
