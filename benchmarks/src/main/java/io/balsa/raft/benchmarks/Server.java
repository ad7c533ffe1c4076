package io.balsa.raft.benchmarks;

import java.util.concurrent.CompletableFuture;

/** One of the processes under test, seen from within. */
interface Server extends AutoCloseable {

    /** Whether this is where commands are to be proposed, now. */
    boolean leads();

    /** Proposes a command, whose array belongs to the server from now on; completes when a majority has it on its disk. */
    CompletableFuture<?> propose(byte[] command);

    @Override
    void close();
}
