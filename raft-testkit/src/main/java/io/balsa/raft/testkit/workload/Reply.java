package io.balsa.raft.testkit.workload;

import io.balsa.raft.Command;
import io.balsa.raft.StateMachine;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What came out of a command: a result, or an exception. */
final class Reply {

    private final byte[] result;
    private final String failure; // empty if there is a result
    private final @Nullable Throwable cause;

    private Reply(byte[] result, String failure, @Nullable Throwable cause) {
        this.result = result;
        this.failure = failure;
        this.cause = cause;
    }

    /** Applies a command, whatever comes of it. */
    static Reply of(StateMachine machine, Command command) {
        try {
            byte[] result = machine.apply(command);
            return result == null ? new Reply(new byte[0], "answered null", null) : new Reply(result, "", null);
        } catch (Exception | AssertionError | StackOverflowError | LinkageError e) {
            return new Reply(new byte[0], "threw " + e, e);
        }
    }

    boolean isResult() {
        return failure.isEmpty();
    }

    /** Empty if there is none; as the state machine returned it. */
    byte[] result() {
        return result;
    }

    @Nullable
    Throwable cause() {
        return cause;
    }

    /** The same, in an array that nobody changes. */
    Reply copy() {
        return new Reply(result.clone(), failure, cause);
    }

    /** Messages of exceptions may differ, as they name objects. */
    @Override
    public boolean equals(Object other) {
        return other instanceof Reply reply
                && isResult() == reply.isResult()
                && Arrays.equals(result, reply.result)
                && Objects.equals(classOf(cause), classOf(reply.cause));
    }

    private static @Nullable Class<?> classOf(@Nullable Throwable cause) {
        return cause == null ? null : cause.getClass();
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(result);
    }

    @Override
    public String toString() {
        return isResult() ? "answered " + Words.of(result) : failure;
    }
}
