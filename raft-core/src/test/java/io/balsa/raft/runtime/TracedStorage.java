package io.balsa.raft.runtime;

import io.balsa.raft.cluster.Membership;
import io.balsa.raft.cluster.NodeIdentity;
import io.balsa.raft.storage.EntryRun;
import io.balsa.raft.storage.HardState;
import io.balsa.raft.storage.MemoryStorage;
import io.balsa.raft.storage.Storage;
import io.balsa.raft.storage.StorageException;
import io.balsa.raft.storage.StoredState;
import java.util.List;

/** Writes down what is asked of it, and fails when it is told to. */
final class TracedStorage implements Storage {

    private final Storage storage = new MemoryStorage();
    private final List<String> trace;
    private String failing = "";

    TracedStorage(List<String> trace) {
        this.trace = trace;
    }

    /** What begins so in the trace fails from now on. */
    void fail(String operation) {
        failing = operation;
    }

    private void enter(String operation) {
        trace.add(operation);
        if (!failing.isEmpty() && operation.startsWith(failing)) {
            throw new StorageException("the disk is broken");
        }
    }

    @Override
    public StoredState open(NodeIdentity identity, Membership founding) {
        enter("open");
        return storage.open(identity, founding);
    }

    @Override
    public void writeHardState(HardState hardState) {
        enter("term " + hardState.currentTerm());
        storage.writeHardState(hardState);
    }

    @Override
    public void append(EntryRun run) {
        enter("append " + run.firstIndex() + ".." + run.lastIndex());
        storage.append(run);
    }

    @Override
    public void sync() {
        enter("sync");
        storage.sync();
    }

    @Override
    public List<EntryRun> read(long from, long to, int maxBytes) {
        enter("read " + from + ".." + to);
        return storage.read(from, to, maxBytes);
    }

    @Override
    public void close() {
        trace.add("storage closed");
        storage.close();
    }
}
