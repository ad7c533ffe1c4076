package io.balsa.raft.examples.kvstore;

import io.balsa.raft.RaftConfig;
import io.balsa.raft.RaftNode;
import io.balsa.raft.SnapshotConfig;
import io.balsa.raft.StateMachine;
import io.balsa.raft.storage.file.Disk;
import io.balsa.raft.storage.file.FileStorage;
import io.balsa.raft.transport.http.HttpTransport;

/** The one place that knows what a node of this store is made of: durable files, and HTTP between the servers. */
final class NodeAssembly {

    private NodeAssembly() {}

    /** A node that does nothing before it is started. */
    static RaftNode assemble(ServerSettings settings, StateMachine stateMachine, Disk disk) {
        Footprint footprint = Footprint.ofThisProcess();
        RaftNode.Builder builder = RaftNode.builder()
                .cluster(settings.cluster())
                .id(settings.id())
                .stateMachine(stateMachine)
                .storage(FileStorage.on(disk))
                .transport(footprint
                        .limit(HttpTransport.builder())
                        .listen(settings.listen().toString())
                        .build())
                .config(config(settings, footprint));
        settings.peers().addresses().forEach((id, address) -> builder.member(id, address.toString()));
        return settings.joins() ? builder.join().build() : builder.build();
    }

    private static RaftConfig config(ServerSettings settings, Footprint footprint) {
        SnapshotConfig snapshots = footprint
                .limit(SnapshotConfig.builder())
                .everyEntries(settings.snapshots().everyEntries())
                .everyBytes(settings.snapshots().everyBytes())
                .trailingEntries(settings.snapshots().trailingEntries())
                .build();
        return footprint
                .limit(RaftConfig.builder())
                .electionTimeout(settings.timing().electionTimeout())
                .heartbeatInterval(settings.timing().heartbeat())
                .maxCommandBytes(KvCodec.MAX_COMMAND_BYTES)
                .snapshots(snapshots)
                .leaseReads(settings.serving().leaseReads())
                .forwardProposals(settings.serving().forward())
                .build();
    }
}
