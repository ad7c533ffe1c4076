package io.balsa.raft;

/**
 * A command that is committed and applied: it will not be lost.
 *
 * @param index where in the log it stands
 * @param term the term in which it was appended
 * @param result what {@link StateMachine#apply} returned for it on this node; not to be changed
 */
@SuppressWarnings("ArrayRecordComponent") // identity is what matters: nobody compares results of different commands
public record Applied(long index, long term, byte[] result) {}
