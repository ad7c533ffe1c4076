package io.balsa.raft.testkit.workload;

import io.balsa.raft.Outcome;
import io.balsa.raft.testkit.linearizability.History;
import io.balsa.raft.testkit.linearizability.LinearizabilityChecker;
import io.balsa.raft.testkit.linearizability.RegisterModel;
import io.balsa.raft.testkit.linearizability.Verdict;
import io.balsa.raft.testkit.oracle.Violation;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What clients have asked and heard, for the linearizability checker. It knows nothing of indexes, so it also checks the
 * {@link Ledger}, which does.
 */
final class RegisterHistory {

    private static final long MOST_STEPS = 5_000_000;

    private final History<RegisterModel.Input, RegisterModel.Output> history = new History<>();
    private final Map<Long, Boolean> reads = new TreeMap<>(); // of those without an answer yet: whether it is a read
    private long operations;

    /** A client may lose patience and go on before it has an answer, so each operation is a process of its own. */
    private long invoke(int client, RegisterModel.Input input, long nowNanos) {
        long id = history.invoke("client " + client + ", operation " + ++operations, input, nowNanos);
        reads.put(id, input instanceof RegisterModel.Get);
        return id;
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
     * A command was acknowledged.
     *
     * @param swapped of a compare-and-set, whether it found what it expected
     */
    void done(long id, Optional<Boolean> swapped, long nowNanos) {
        RegisterModel.Output output =
                swapped.isPresent() ? new RegisterModel.Swapped(swapped.get()) : new RegisterModel.Done();
        complete(id, output, nowNanos);
    }

    void read(long id, String value, long nowNanos) {
        complete(id, new RegisterModel.Value(valueOf(value)), nowNanos);
    }

    private void complete(long id, RegisterModel.Output output, long nowNanos) {
        reads.remove(id);
        history.complete(id, output, nowNanos);
    }

    /** It was not carried out, or nobody knows. */
    void failed(long id, Outcome outcome) {
        boolean read = Boolean.TRUE.equals(reads.remove(id));
        if (read || outcome == Outcome.NOT_APPLIED) {
            history.failed(id);
        } else {
            history.unknown(id);
        }
    }

    /**
     * Looks for an order that explains it all (R1).
     *
     * @throws Violation if there is none, or none was found in time
     */
    void check() {
        reads.forEach((id, read) -> {
            if (read) {
                history.failed(id); // what a read without an answer saw does not matter
            }
        });
        Verdict verdict = LinearizabilityChecker.check(history, new RegisterModel(), MOST_STEPS);
        if (!(verdict instanceof Verdict.Linearizable)) {
            throw new Violation("R1", verdict.explanation());
        }
    }

    private static Optional<String> valueOf(String value) {
        return value.equals(Registers.ABSENT) ? Optional.empty() : Optional.of(value);
    }
}
