package io.balsa.raft.testkit.linearizability;

import java.util.Optional;

/**
 * How the object behaves that the clients seem to share, if it does one operation after the other.
 *
 * <p>A model has no memory of its own: all there is to know is in the state, which is immutable and has {@code equals} and
 * {@code hashCode}, because the search remembers which states it has seen.
 *
 * @param <S> the state
 * @param <I> what a client asks for
 * @param <O> what it is answered
 */
public interface Model<S, I, O> {

    /** The state before any operation. */
    S initial();

    /**
     * The state after an operation that was answered.
     *
     * @return empty if in this state the operation is not answered so
     */
    Optional<S> step(S state, I input, O output);

    /** The state after an operation whose answer nobody has seen, if it took effect in this state. */
    S effect(S state, I input);

    /**
     * Whether an operation that is answered so never changes the state: then the search may place it as soon as it fits,
     * which saves much of the work. It is never wrong to say no, as is done unless told otherwise.
     */
    default boolean isRead(I input, O output) {
        return false;
    }

    /**
     * The part of the object that an operation touches, usually a key. If no operation touches two parts, then a history is
     * linearizable exactly if the operations on each part are (P-compositionality: Horn and Kroening 2015), and to look at
     * them apart is much faster. The state is that of one part. Unless told otherwise there is only one.
     */
    default String partition(I input) {
        return "";
    }
}
