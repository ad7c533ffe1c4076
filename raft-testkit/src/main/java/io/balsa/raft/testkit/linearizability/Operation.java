package io.balsa.raft.testkit.linearizability;

import java.util.Optional;

/**
 * What a client asked for and what it was answered.
 *
 * @param process the client
 * @param input what it asked for
 * @param output the answer; empty if it is unknown whether the operation has had, or will have, any effect
 * @param begin the place of the invocation among all events of the history
 * @param end the place of the return among them; {@link #NEVER} if the answer is unknown
 * @param invokedAt the time of the invocation, for the reader
 * @param returnedAt the time of the return; {@link #NEVER} if the answer is unknown
 * @param guess where it may stand in the order, if whoever watches from within knows: before all whose guess is higher, and of
 *     those whose guess is the same, before all that were invoked later. {@link #NEVER} if nobody does. What is tried first:
 *     a wrong one costs time and nothing else
 * @param <I> what clients ask for
 * @param <O> what they are answered
 */
public record Operation<I, O>(
        String process,
        I input,
        Optional<O> output,
        long begin,
        long end,
        long invokedAt,
        long returnedAt,
        long guess) {

    /** Where and when an operation returns whose outcome stays unknown: after everything else. */
    public static final long NEVER = Long.MAX_VALUE;

    public Operation {
        if (begin >= end || invokedAt > returnedAt || output.isEmpty() != (end == NEVER)) {
            throw new IllegalArgumentException(process + ": " + input + " returns " + output + " at " + end + ", time "
                    + returnedAt + ", after it was invoked at " + begin + ", time " + invokedAt);
        }
    }

    /** Nobody knows where it stands in the order. */
    public Operation(
            String process, I input, Optional<O> output, long begin, long end, long invokedAt, long returnedAt) {
        this(process, input, output, begin, end, invokedAt, returnedAt, NEVER);
    }

    static <I, O> Operation<I, O> invoked(String process, I input, long begin, long time) {
        return new Operation<>(process, input, Optional.empty(), begin, NEVER, time, NEVER);
    }

    Operation<I, O> returned(O answer, long event, long time) {
        return new Operation<>(process, input, Optional.of(answer), begin, event, invokedAt, time, guess);
    }

    Operation<I, O> guessed(long place) {
        return new Operation<>(process, input, output, begin, end, invokedAt, returnedAt, place);
    }

    @Override
    public String toString() {
        String answer = output.map(Object::toString).orElse("unknown");
        String returned = output.isPresent() ? Long.toString(returnedAt) : "";
        return process + ": " + input + " -> " + answer + " [" + invokedAt + ".." + returned + "]";
    }
}
