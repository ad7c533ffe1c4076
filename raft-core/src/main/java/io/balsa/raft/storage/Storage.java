package io.balsa.raft.storage;

import io.balsa.raft.cluster.Membership;
import io.balsa.raft.cluster.NodeIdentity;
import java.util.List;

/**
 * Where a server keeps what it must not forget: its term, its vote and its log (dissertation section 3.8).
 *
 * <p>One server uses one storage, once: {@link #open}, then the writes, then {@link #close}.
 *
 * <p><b>Threads.</b> {@code open} is called first, by the thread that starts the server. {@link #writeHardState},
 * {@link #append} and {@link #sync} are only ever called by one thread at a time (the log agent), which also sees the
 * effects of {@code open}. {@link #read} is called by another thread while those run. {@code close} is called last, when
 * none of them runs. All may block; none is called by the consensus agent.
 *
 * <p><b>Errors.</b> Any exception out of {@code writeHardState}, {@code append} or {@code sync} stops the server for good:
 * after a failed sync nobody knows what the disk holds, so it is never tried again. An exception out of {@code open}
 * keeps the server from starting.
 */
public interface Storage extends AutoCloseable {

    /**
     * Takes possession of the store, makes it if there is none yet, and tells what it holds.
     *
     * @param identity who asks; its {@code storeId} names the store if it has to be made, else it is ignored
     * @param founding the membership that the cluster begins with; kept if the store has to be made, else ignored
     * @return what the store remembers: everything that was synced, and possibly some of what was written after. All of it
     *     is durable from now on, whatever the operating system still had to write
     * @throws StorageException in one sentence that an operator understands, if the store belongs to another cluster or
     *     node, is in use by another process, is damaged, is of an unknown format or cannot be read; nothing has been
     *     changed then
     */
    StoredState open(NodeIdentity identity, Membership founding);

    /**
     * Remembers term and vote, both or neither. Durable when the next {@link #sync} returns, and never later than an
     * entry that is appended after it.
     *
     * @throws StorageException if that failed
     */
    void writeHardState(HardState hardState);

    /**
     * Adds entries to the log. If the log already has an entry at {@code run.firstIndex()}, that entry and all after it
     * are dropped for good, in the same breath: after a crash either the old entries are found or the new ones. Durable
     * when the next {@link #sync} returns.
     *
     * @param run begins at most one past the last entry, and not below the first
     * @throws StorageException if that failed
     */
    void append(EntryRun run);

    /**
     * Makes everything durable that was written so far, and returns only when it is.
     *
     * @throws StorageException if that failed; the server stops
     */
    void sync();

    /**
     * Reads entries that were appended, whether synced or not. Called while the other methods run on another thread; if
     * entries of the range are dropped meanwhile, either the old or the new ones are returned, never a mixture within a
     * run, and the library checks their terms.
     *
     * @param from index of the first entry wanted; the storage has it
     * @param to index of the last entry wanted; the storage may have fewer
     * @param maxBytes when the runs read have so many bytes, the rest is left out; at least one entry is returned, unless
     *     the log by now ends before {@code from}
     * @return runs without a gap, the first beginning at {@code from}, none reaching past {@code to}
     * @throws StorageException if the entries cannot be read or are damaged
     */
    List<EntryRun> read(long from, long to, int maxBytes);

    /** Gives the store back. Idempotent. What was not synced may be lost. */
    @Override
    void close();
}
