package io.balsa.raft;

import java.util.concurrent.CompletableFuture;

/**
 * A command of a session whose outcome is not known to its client.
 *
 * @param sequence its number
 * @param command its bytes, which nobody changes
 * @param answer who waits for it
 * @param isUnderWay whether it is being proposed, or was given up for now
 * @param mayBeApplied whether it was proposed before and may be in a log
 */
@SuppressWarnings("ArrayRecordComponent") // nobody compares them
record OpenCommand(
        long sequence, byte[] command, CompletableFuture<Applied> answer, boolean isUnderWay, boolean mayBeApplied) {

    /** One that is proposed for the first time. */
    static OpenCommand first(long sequence, byte[] command) {
        return new OpenCommand(sequence, command, new CompletableFuture<>(), true, false);
    }

    /** One that somebody may have proposed. */
    static OpenCommand leftBehind(long sequence, byte[] command) {
        return new OpenCommand(sequence, command, new CompletableFuture<>(), false, true);
    }

    /** The same, proposed again, for somebody new who waits. */
    OpenCommand again() {
        return new OpenCommand(sequence, command, new CompletableFuture<>(), true, mayBeApplied);
    }
}
