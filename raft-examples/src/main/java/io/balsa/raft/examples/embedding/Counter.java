package io.balsa.raft.examples.embedding;

import io.balsa.raft.Command;
import io.balsa.raft.RaftNode;
import io.balsa.raft.ReadPolicy;
import io.balsa.raft.StateMachine;
import io.balsa.raft.storage.file.FileStorage;
import io.balsa.raft.transport.http.HttpTransport;
import java.math.BigInteger;
import java.nio.file.Path;

/** A number that survives: each run of {@link #main} adds to what the runs before it have counted. */
// README: begin
final class Counter implements StateMachine {

    private BigInteger sum = BigInteger.ZERO;

    @Override
    public byte[] apply(Command command) {
        sum = sum.add(new BigInteger(command.data()));
        return sum.toByteArray();
    }

    public static void main(String[] args) throws Exception {
        Counter counter = new Counter();
        try (RaftNode node = RaftNode.builder()
                .cluster("counters")
                .id(1)
                .member(1, "http://" + args[1])
                .stateMachine(counter)
                .storage(FileStorage.open(Path.of(args[0])))
                .transport(HttpTransport.builder().listen(args[1]).build())
                .build()) {
            node.start();
            node.awaitLeader().get();
            node.propose(BigInteger.TEN.toByteArray()).get(); // committed, on disk, applied
            BigInteger sum =
                    node.read(ReadPolicy.LINEARIZABLE, () -> counter.sum).get();
            System.out.println("The sum is " + sum);
        }
    }
}
// README: end
