package io.balsa.raft.examples.kvstore;

import io.balsa.raft.NotLeaderException;
import io.balsa.raft.RaftNode;
import java.net.URI;
import java.util.Optional;

/** Sends clients on to the leader, if it is known where clients reach it. */
final class Redirects {

    private final RaftNode node;
    private final KvState state;

    Redirects(RaftNode node, KvState state) {
        this.node = node;
        this.state = state;
    }

    /** 307 to the same place on the leader, or 503. Either way nothing was done. */
    Reply toLeader(NotLeaderException notLeader, URI target) {
        Optional<String> address = notLeader
                .leader()
                .filter(leader -> !leader.id().equals(node.identity().node()))
                .flatMap(leader -> state.clientAddress(leader.id().value()));
        if (address.isEmpty()) {
            return Reply.unavailable("this server does not lead, and does not know where clients reach the leader");
        }
        String query = target.getRawQuery() == null ? "" : "?" + target.getRawQuery();
        return Reply.error(307, "this server does not lead")
                .with("Location", address.get() + target.getRawPath() + query);
    }
}
