package io.balsa.raft.session;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * What a session remembers of a command that was applied and not acknowledged yet. Immutable.
 *
 * @param index where the entry stands that applied it
 * @param term the term of that entry
 * @param fingerprint of the command: tells a repetition from another command under the same number
 * @param dropped whether the result was too much to keep
 * @param result what the state machine answered; empty if that was dropped
 */
@SuppressWarnings("ArrayRecordComponent") // nobody compares them
record KeptResult(long index, long term, long fingerprint, boolean dropped, byte[] result) {

    /** Length and CRC32C. It is there to find mistakes: a client that wants to deceive itself may. */
    static long fingerprintOf(ByteBuffer command) {
        CRC32C crc = new CRC32C();
        crc.update(command.duplicate());
        return (long) command.remaining() << Integer.SIZE | crc.getValue();
    }

    /** What a repetition of the command is answered. */
    SessionAnswer answer() {
        return dropped
                ? new SessionAnswer.ResultDropped(index, term)
                : new SessionAnswer.Executed(index, term, true, result);
    }
}
