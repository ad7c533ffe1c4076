package io.balsa.raft.runtime;

import io.balsa.raft.RaftConfig;
import io.balsa.raft.StateMachine;
import io.balsa.raft.cluster.Membership;
import io.balsa.raft.cluster.NodeId;
import io.balsa.raft.storage.Storage;
import io.balsa.raft.transport.Transport;
import java.util.concurrent.Executor;

/**
 * What a node is made of, as the builder has checked it.
 *
 * @param founding the membership the cluster is founded with, which has {@code self}; or, if it has not, that of a cluster
 *     which exists, and which the node joins
 */
public record NodeParts(
        String cluster,
        NodeId self,
        Membership founding,
        StateMachine stateMachine,
        Storage storage,
        Transport transport,
        RaftConfig config,
        Executor callbackExecutor) {}
