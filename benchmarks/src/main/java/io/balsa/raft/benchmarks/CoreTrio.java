package io.balsa.raft.benchmarks;

import io.balsa.raft.RaftConfig;
import io.balsa.raft.cluster.Member;
import io.balsa.raft.cluster.Membership;
import io.balsa.raft.cluster.NodeId;
import io.balsa.raft.cluster.NodeIdentity;
import io.balsa.raft.cluster.RaftRole;
import io.balsa.raft.core.CoreSettings;
import io.balsa.raft.core.Input;
import io.balsa.raft.core.RaftCore;
import io.balsa.raft.core.Ready;
import io.balsa.raft.message.Message;
import io.balsa.raft.storage.StoredState;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.LongStream;

/** Three consensus cores whose messages arrive and whose writes are durable at once: what the algorithm itself costs. */
final class CoreTrio {

    private final List<RaftCore> cores;
    private final RaftCore leader;
    private long lastBatch;

    CoreTrio() {
        RaftConfig config = RaftConfig.defaults();
        long timeout = config.electionTimeout().toNanos();
        CoreSettings settings = new CoreSettings(
                timeout,
                config.heartbeatInterval().toNanos(),
                config.preVote(),
                config.checkQuorum(),
                config.maxBatchBytes(),
                config.maxInflightMessages(),
                config.maxInflightBytes(),
                config.maxPendingBytes(),
                config.logCacheBytes());
        Membership founding = Membership.ofVoters(LongStream.rangeClosed(1, 3)
                .mapToObj(id -> Member.of(id, "http://127.0.0.1:" + id))
                .toList());
        cores = founding.members().keySet().stream()
                .map(id -> new RaftCore(id, settings, empty(id, founding), new SplittableRandom(id.value()), 0))
                .toList();
        leader = cores.get(0);
        leader.step(new Input.TimePassed(2 * timeout)); // no drawn timeout is longer
        settle();
        if (leader.role() != RaftRole.LEADER) {
            throw new IllegalStateException("the first core should lead by now, but is a " + leader.role());
        }
    }

    private static StoredState empty(NodeId id, Membership founding) {
        return StoredState.empty(new NodeIdentity("benchmark", id, id.value()), founding);
    }

    /** Proposes the commands as one batch; they are committed when this returns. */
    long commit(List<byte[]> commands) {
        leader.step(new Input.Proposed(++lastBatch, commands));
        settle();
        return leader.commitIndex();
    }

    private void settle() {
        boolean busy = true;
        while (busy) {
            busy = false;
            for (RaftCore core : cores) {
                if (core.hasReady()) {
                    carryOut(core, core.takeReady());
                    busy = true;
                }
            }
        }
    }

    private void carryOut(RaftCore core, Ready ready) {
        ready.messages().forEach(this::deliver);
        if (ready.mustSync()) {
            core.step(new Input.Persisted(ready.number()));
        }
        ready.messagesAfterSync().forEach(this::deliver);
    }

    private void deliver(Message message) {
        cores.get((int) message.to().value() - 1).step(new Input.Received(message));
    }
}
