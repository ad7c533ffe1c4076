package io.balsa.raft.runtime;

import io.balsa.raft.NotLeaderException;
import io.balsa.raft.cluster.Member;
import io.balsa.raft.cluster.Membership;
import io.balsa.raft.cluster.NodeId;
import io.balsa.raft.transport.Transport;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Who the others are and where, as the membership in effect says. Used by the consensus agent. */
final class Peers {

    private final NodeId self;
    private final Transport transport;
    private Membership membership;
    private Optional<NodeId> leader = Optional.empty();

    Peers(NodeId self, Transport transport, Membership membership) {
        this.self = self;
        this.transport = transport;
        this.membership = membership;
    }

    void announce(Membership membership) {
        this.membership = membership;
        List<Member> others = new ArrayList<>(membership.members().values());
        others.removeIf(member -> member.id().equals(self));
        transport.members(others);
    }

    void leader(Optional<NodeId> leader) {
        this.leader = leader;
    }

    NotLeaderException notLeader() {
        Optional<Member> other = leader.filter(id -> !id.equals(self)).flatMap(membership::member);
        return new NotLeaderException(other);
    }
}
