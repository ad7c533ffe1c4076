package io.balsa.raft.message;

/**
 * Names a proposal that a server passes on. No two proposals of a server ever have the same name.
 *
 * @param life drawn when the server is started, so that what belongs to an earlier life of it is not taken for what
 *     belongs to this
 * @param number 1, 2, 3, … within that life, in the order in which they were passed on
 */
public record ForwardId(long life, long number) {

    public ForwardId {
        if (number < 1) {
            throw new IllegalArgumentException("proposals are numbered from 1, not " + number);
        }
    }
}
