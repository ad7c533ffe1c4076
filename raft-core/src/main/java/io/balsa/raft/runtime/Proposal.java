package io.balsa.raft.runtime;

import io.balsa.raft.Applied;
import java.util.concurrent.CompletableFuture;

/**
 * A command and the future of whoever proposed it. The future travels with the command: from the caller to the consensus
 * agent, and, when the command is committed, to the apply agent, which completes it.
 */
final class Proposal {

    /** What a command costs besides its bytes: so that a million empty ones are not free. */
    private static final int OVERHEAD_BYTES = 64;

    private final byte[] command;
    private final CompletableFuture<Applied> future = new CompletableFuture<>();

    Proposal(byte[] command) {
        this.command = command;
    }

    byte[] command() {
        return command;
    }

    CompletableFuture<Applied> future() {
        return future;
    }

    long sizeBytes() {
        return command.length + (long) OVERHEAD_BYTES;
    }
}
