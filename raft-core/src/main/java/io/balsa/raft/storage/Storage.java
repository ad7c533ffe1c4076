package io.balsa.raft.storage;

import io.balsa.raft.cluster.Membership;
import io.balsa.raft.cluster.NodeIdentity;
import java.util.List;
import java.util.Optional;

/**
 * Where a server keeps what it must not forget: its term, its vote, its log (dissertation section 3.8), and the snapshots that
 * stand for the beginning of the log (chapter 5).
 *
 * <p>One server uses one storage, once: {@link #open}, then the writes, then {@link #close}.
 *
 * <p><b>Threads.</b> {@code open} is called first, by the thread that starts the server. {@link #writeHardState},
 * {@link #append} and {@link #sync} are only ever called by one thread at a time (the log agent), which also sees the
 * effects of {@code open}; so are {@link #installSnapshot} and {@link #compact}. {@link #read} is called by another thread
 * while those run, and so are the methods that begin, receive and open snapshots. {@code close} is called last, when none of
 * them runs. All may block; none is called by the consensus agent.
 *
 * <p><b>Errors.</b> Any exception out of {@code writeHardState}, {@code append} or {@code sync} stops the server for good:
 * after a failed sync nobody knows what the disk holds, so it is never tried again. An exception out of {@code open}
 * keeps the server from starting. Only a {@link StorageFullException} out of {@code append} or {@code installSnapshot} is
 * not the end: nothing was written then, what was written before can still be synced, and the server, which meanwhile takes no
 * commands, makes the same call again when it believes that there is room.
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
     * @throws StorageFullException if there is no room; nothing was written and nothing dropped. What was taken can always be
     *     synced: a storage that finds out about the lack of room later than here must throw another exception
     * @throws StorageException if that failed
     */
    void append(EntryRun run);

    /**
     * Whether there is room for what may come. A storage that keeps a reserve says no while it can still take what is under
     * way: so a server learns of the lack before it has to break off. Called by the log agent after it has written, and while
     * the answer is no, about once a second; it may try then whether room can be had, and so may write, but not to what was
     * written before.
     *
     * @return true unless the storage says otherwise
     * @throws StorageException if that cannot be found out; the server stops
     */
    default boolean hasRoom() {
        return true;
    }

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
     * @throws StorageException if the entries cannot be read or are damaged, or if a snapshot by now stands for the first of
     *     them
     */
    List<EntryRun> read(long from, long to, int maxBytes);

    // --- snapshots (dissertation chapter 5) ---

    /**
     * Begins a snapshot of this server's own state machine. Called by the snapshot agent's thread, while the other methods
     * run; at most one sink is open at a time, of this or of {@link #receiveSnapshot}. The sink is used before the storage
     * is closed.
     *
     * @param last the position of the last entry that it will cover; the log has it
     * @param membershipIndex where the membership as of then stands
     * @param membership the membership as of then
     * @throws StorageException if that failed
     * @throws IllegalStateException if a sink is open
     */
    SnapshotSink beginSnapshot(LogPosition last, long membershipIndex, Membership membership);

    /**
     * Begins to receive a snapshot, or goes on with it, if exactly this one was received in part before. What there is in
     * part of any other is deleted. Called as {@link #beginSnapshot} is.
     *
     * @throws StorageException if that failed
     * @throws IllegalStateException if a sink is open
     */
    SnapshotSink receiveSnapshot(SnapshotInfo announced);

    /**
     * Opens a snapshot that is there. Called by any thread, while the other methods run.
     *
     * @param last the position of the last entry it covers
     * @return empty if there is no such snapshot, or no longer
     * @throws StorageException if it cannot be opened
     */
    Optional<SnapshotSource> openSnapshot(LogPosition last);

    /**
     * Lets a snapshot that was {@linkplain #receiveSnapshot received} and committed stand for the log up to its end. If the
     * log has an entry at that position, what follows it stays; else the whole log is dropped, and goes on after the
     * snapshot (section 5.1). Called by the log agent between the writes; durable when the next {@link #sync} returns, and
     * never later than an entry that is appended after it. Nothing happens if the log begins after the snapshot's end.
     *
     * <p>A store that finds a snapshot which the log does not reach, or contradicts, does the same when it is opened. Should
     * the snapshot be of a later term than the one it remembers, then that term becomes the current one, without a vote: a
     * server that had voted in it would remember.
     *
     * @throws StorageFullException if there is no room; the log is as before
     * @throws StorageException if that failed; the server stops
     * @throws IllegalArgumentException if there is no such snapshot
     */
    void installSnapshot(SnapshotInfo snapshot);

    /**
     * Entries up to and with this index are no longer needed: a snapshot covers them. The store may keep as many of them as
     * it likes, but without a gap. Called by the log agent between the writes. Nothing happens if they are gone already.
     *
     * @throws StorageException if that failed; the server stops
     * @throws IllegalArgumentException if no snapshot that was committed covers them, or the log does not have them
     */
    void compact(long index);

    /**
     * Reads some more of what was written long ago, and checks it: damage that nobody reads is found by nobody, until it is
     * too late. Begins anew when all was read. Called by the load agent's thread, between its reads and while the other
     * methods run; how often, and so how much is read in a second, the storage says with each step.
     *
     * <p>A node that hears of damage takes a snapshot and {@linkplain #compact compacts} the log behind it, so that what is
     * damaged is no longer needed.
     *
     * @return {@link Scrub#NEVER} unless the storage says otherwise
     * @throws StorageException if nothing can be read; the server stops
     */
    default Scrub scrub() {
        return Scrub.NEVER;
    }

    /** Gives the store back. Idempotent. What was not synced may be lost. */
    @Override
    void close();
}
