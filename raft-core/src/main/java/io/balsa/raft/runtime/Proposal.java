package io.balsa.raft.runtime;

import io.balsa.raft.Applied;
import io.balsa.raft.RaftException;
import io.balsa.raft.session.SessionRequest;
import io.balsa.raft.storage.EntryKind;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;

/**
 * A command and the future of whoever proposed it. The future travels with the command: from the caller to the consensus
 * agent, and, when the command is committed, to the apply agent, which completes it.
 */
class Proposal {

    /** What a command costs besides its bytes: so that a million empty ones are not free. */
    private static final int OVERHEAD_BYTES = 64;

    private final EntryKind kind;
    private final byte[] command;
    private final CompletableFuture<Applied> future = new CompletableFuture<>();

    /** A command. */
    Proposal(byte[] command) {
        this(EntryKind.COMMAND, command);
    }

    /** What is to become an entry of this kind. */
    Proposal(EntryKind kind, byte[] command) {
        this.kind = kind;
        this.command = command;
    }

    /**
     * How long the command of such an entry is, without what the library adds to it.
     *
     * @throws IllegalArgumentException if the bytes are no such entry
     */
    static int commandBytes(EntryKind kind, byte[] payload) {
        if (kind == EntryKind.SESSION) {
            return SessionRequest.decode(ByteBuffer.wrap(payload)) instanceof SessionRequest.Command command
                    ? command.command().remaining()
                    : 0;
        }
        return payload.length;
    }

    final EntryKind kind() {
        return kind;
    }

    final byte[] command() {
        return command;
    }

    final CompletableFuture<Applied> future() {
        return future;
    }

    final long sizeBytes() {
        return command.length + (long) OVERHEAD_BYTES;
    }

    /** Tells whoever proposed it what came out. */
    void complete(Applied applied, Completer completer) {
        completer.complete(future, applied);
    }

    /** Tells whoever proposed it that nothing came out, or nothing that is known. */
    void fail(RaftException failure, Completer completer) {
        completer.fail(future, failure);
    }
}
