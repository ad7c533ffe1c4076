package io.balsa.raft.examples.kvstore;

import io.balsa.raft.StateMachine;
import java.util.Optional;

/** What the servers replicate, as the client API sees it: keys with values, and where clients reach each server. */
interface KvState extends StateMachine {

    /** The value of {@code key}; to be called within {@link io.balsa.raft.RaftNode#read}. */
    Optional<Bytes> value(String key);

    /** Where clients reach the node with this id, if it ever led and said so. May be called by any thread. */
    Optional<String> clientAddress(long nodeId);
}
