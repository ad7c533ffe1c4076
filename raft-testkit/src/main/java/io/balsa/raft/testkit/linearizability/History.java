package io.balsa.raft.testkit.linearizability;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Records what clients asked for and what they were answered.
 *
 * <p>The order of the calls is taken for the order in which things happened: record an invocation before the request
 * leaves, and a return after the answer has come. The times are for whoever reads the verdict; they must not go back. A
 * history is not safe for use by several threads: those take the time and record it under one lock.
 *
 * @param <I> what clients ask for
 * @param <O> what they are answered
 */
public final class History<I, O> {

    private final Map<Long, Operation<I, O>> operations = new TreeMap<>();
    private final Map<String, Long> pending = new TreeMap<>();
    private long events;
    private long now = Long.MIN_VALUE;

    /** Nothing has happened yet. */
    public History() {}

    /**
     * A client asks for something. It does one thing after the other.
     *
     * @return the operation's name in the calls that tell what became of it
     */
    public long invoke(String process, I input, long time) {
        if (pending.containsKey(process)) {
            throw new IllegalStateException(
                    process + " invokes " + input + " before the end of " + operations.get(pending.get(process)));
        }
        long id = event(time);
        pending.put(process, id);
        operations.put(id, Operation.invoked(process, input, id, time));
        return id;
    }

    /** The client has its answer. */
    public void complete(long id, O output, long time) {
        Operation<I, O> operation = pending(id);
        operations.put(id, operation.returned(output, event(time), time));
        pending.remove(operation.process());
    }

    /** Whoever watches from within believes that this is the operation's place in the order: see {@link Operation#guess}. */
    public void guess(long id, long place) {
        operations.computeIfPresent(id, (known, operation) -> operation.guessed(place));
    }

    /**
     * The client will never know: it may have crashed, or lost its patience. The operation may take effect at any time from
     * its invocation on, or never; an operation that is still pending at the end counts as such. The client may go on.
     */
    public void unknown(long id) {
        pending.remove(pending(id).process());
    }

    /**
     * The operation has certainly had no effect and never will: it counts as not invoked. So does a read that nobody
     * answered.
     */
    public void failed(long id) {
        pending.remove(pending(id).process());
        operations.remove(id);
    }

    /** The operations in the order of their invocations, without those that failed. */
    public List<Operation<I, O>> operations() {
        return List.copyOf(operations.values());
    }

    private Operation<I, O> pending(long id) {
        Operation<I, O> operation = operations.get(id);
        if (operation == null || !Long.valueOf(id).equals(pending.get(operation.process()))) {
            throw new IllegalStateException("operation " + id + " is not pending");
        }
        return operation;
    }

    private long event(long time) {
        if (time < now) {
            throw new IllegalArgumentException("time goes back from " + now + " to " + time);
        }
        now = time;
        return ++events;
    }
}
