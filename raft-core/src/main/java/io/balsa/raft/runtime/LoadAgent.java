package io.balsa.raft.runtime;

import io.balsa.raft.storage.EntryRun;
import io.balsa.raft.storage.Storage;
import java.util.List;
import java.util.function.Consumer;

/**
 * Reads old entries, for followers and for the state machine, away from the agents that must not wait for a disk. There is
 * at most one request of each follower and one of the apply agent.
 */
final class LoadAgent extends AbstractAgent {

    private record Request(long from, long to, int maxBytes, Consumer<List<EntryRun>> reader) {}

    private final Storage storage;
    private final Inbox<Request> requests = new Inbox<>();

    LoadAgent(Storage storage) {
        super("load");
        this.storage = storage;
    }

    /** Hands the entries to {@code reader}, on the load agent's thread. Called by any agent. */
    void load(long from, long to, int maxBytes, Consumer<List<EntryRun>> reader) {
        requests.put(new Request(from, to, maxBytes, reader));
        wake();
    }

    @Override
    public int doWork() {
        List<Request> batch = requests.takeAll();
        for (Request request : batch) {
            request.reader.accept(storage.read(request.from, request.to, request.maxBytes));
        }
        return batch.size();
    }

    @Override
    public boolean hasWork() {
        return !requests.isEmpty();
    }
}
