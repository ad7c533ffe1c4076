package io.balsa.raft.runtime;

import io.balsa.raft.NotLeaderException;
import io.balsa.raft.cluster.Member;
import io.balsa.raft.cluster.Membership;
import io.balsa.raft.cluster.NodeId;
import io.balsa.raft.core.PeerProgress;
import io.balsa.raft.core.RaftCore;
import io.balsa.raft.transport.Transport;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Who the others are and where. The transport is told of more than the membership in effect: of those that are leaving and
 * have to be told so, of a leader that the membership in this server's log does not have yet, and, as long as this server is
 * no member, of those it was told to begin with. Used by the consensus agent.
 */
final class Peers {

    private final NodeId self;
    private final Transport transport;
    private final Membership given;
    private final NavigableMap<NodeId, Member> known = new TreeMap<>(); // everybody there ever was, lately
    private Membership membership;
    private Optional<NodeId> leader = Optional.empty();
    private Optional<List<Member>> announced = Optional.empty();

    /**
     * Announces nothing yet.
     *
     * @param given the members that this server was built with
     * @param membership the one in effect
     */
    Peers(NodeId self, Transport transport, Membership given, Membership membership) {
        this.self = self;
        this.transport = transport;
        this.given = given;
        this.membership = membership;
        known.putAll(given.members());
        known.putAll(membership.members());
    }

    /** Tells the transport for the first time. */
    void announce() {
        announce(List.of());
    }

    /** The membership or the leader may have changed. */
    @SuppressWarnings("ReferenceEquality") // the same membership is the same object, and comparing it costs nothing
    void learn(RaftCore core) {
        if (membership != core.membership() || !leader.equals(core.leader())) {
            refresh(core);
        }
    }

    /** And so may the followers. */
    void refresh(RaftCore core) {
        membership = core.membership();
        leader = core.leader();
        known.putAll(membership.members());
        announce(core.followers());
    }

    private void announce(List<PeerProgress> followers) {
        NavigableMap<NodeId, Member> named = new TreeMap<>();
        if (!membership.contains(self)) {
            named.putAll(given.members());
        }
        leader.map(known::get).ifPresent(member -> named.put(member.id(), member));
        for (PeerProgress follower : followers) {
            Member member = known.get(follower.id());
            if (member != null) {
                named.put(member.id(), member);
            }
        }
        named.putAll(membership.members());
        named.remove(self);
        known.keySet().retainAll(union(named.keySet(), given.members().keySet()));
        List<Member> others = List.copyOf(named.values());
        if (announced.isEmpty() || !others.equals(announced.get())) {
            announced = Optional.of(others);
            transport.members(others);
        }
    }

    private static Collection<NodeId> union(Collection<NodeId> some, Collection<NodeId> others) {
        List<NodeId> all = new ArrayList<>(some);
        all.addAll(others);
        return all;
    }

    /** What is known of a server. */
    Optional<Member> member(NodeId id) {
        return membership.member(id).or(() -> Optional.ofNullable(known.get(id)));
    }

    NotLeaderException notLeader() {
        return new NotLeaderException(leader.filter(id -> !id.equals(self)).flatMap(this::member));
    }
}
