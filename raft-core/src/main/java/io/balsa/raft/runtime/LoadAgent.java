package io.balsa.raft.runtime;

import io.balsa.raft.storage.EntryRun;
import io.balsa.raft.storage.Storage;
import io.balsa.raft.storage.StorageException;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * Reads old entries, for followers and for the state machine, away from the agents that must not wait for a disk. There is
 * at most one request of each follower and one of the apply agent.
 */
final class LoadAgent extends AbstractAgent {

    private record Request(
            long from, long to, int maxBytes, BooleanSupplier isWanted, Consumer<List<EntryRun>> reader) {}

    private final Storage storage;
    private final Inbox<Request> requests = new Inbox<>();

    LoadAgent(Storage storage) {
        super("load");
        this.storage = storage;
    }

    /**
     * Hands the entries to {@code reader}, on the load agent's thread. Called by any agent.
     *
     * @param isWanted whether the storage must still have them; asked on the load agent's thread
     */
    void load(long from, long to, int maxBytes, BooleanSupplier isWanted, Consumer<List<EntryRun>> reader) {
        requests.put(new Request(from, to, maxBytes, isWanted, reader));
        wake();
    }

    @Override
    public int doWork() {
        List<Request> batch = requests.takeAll();
        for (Request request : batch) {
            request.reader.accept(read(request));
        }
        return batch.size();
    }

    private List<EntryRun> read(Request request) {
        try {
            return storage.read(request.from, request.to, request.maxBytes);
        } catch (StorageException e) {
            if (request.isWanted.getAsBoolean()) {
                throw e;
            }
            return List.of(); // a leader was deposed, and its successor has had these entries dropped
        }
    }

    @Override
    public boolean hasWork() {
        return !requests.isEmpty();
    }
}
