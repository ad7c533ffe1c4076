package io.balsa.raft.benchmarks;

import io.balsa.raft.RaftNode;
import io.balsa.raft.RaftStatus;
import io.balsa.raft.storage.file.FileStorage;
import io.balsa.raft.storage.file.NioDisk;
import io.balsa.raft.transport.http.HttpTransport;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** A node of the library with its defaults, a state machine that does nothing, and a disk that is counted. */
final class RaftServer implements Server {

    private static final byte[] NO_RESULT = {};

    private final RaftNode node;

    RaftServer(ServerSetup setup) {
        List<Integer> ports = setup.ports();
        RaftNode.Builder builder = RaftNode.builder()
                .cluster("benchmark")
                .id(setup.id())
                .stateMachine(command -> NO_RESULT)
                .storage(FileStorage.on(new MeteredDisk(new NioDisk(setup.dir()), setup.meter())))
                .transport(HttpTransport.builder()
                        .listen("127.0.0.1:" + ports.get(setup.id() - 1))
                        .build());
        for (int i = 0; i < ports.size(); i++) {
            builder.member(i + 1, "http://127.0.0.1:" + ports.get(i));
        }
        node = builder.build();
        node.start();
    }

    /** Not before the entry that opens its term is applied: until then it may still lose its office at once. */
    @Override
    public boolean leads() {
        RaftStatus status = node.status();
        return status.isLeader() && status.appliedIndex() > 0 && status.appliedIndex() == status.lastIndex();
    }

    @Override
    public CompletableFuture<?> propose(byte[] command) {
        return node.propose(command);
    }

    @Override
    public void close() {
        node.close();
    }
}
