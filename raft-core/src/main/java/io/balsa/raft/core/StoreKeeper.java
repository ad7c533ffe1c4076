package io.balsa.raft.core;

import io.balsa.raft.cluster.Member;
import io.balsa.raft.cluster.Membership;
import io.balsa.raft.cluster.NodeId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Keeps in the membership which store each voter votes from, so that a voter whose disk was wiped is recognised: its vote is
 * taken away, and given back when it has caught up (the guard against amnesia). Of a leader, when nothing else is changed.
 */
final class StoreKeeper {

    private final RaftCore core;
    private final RaftLog log;
    private final Leader leader;
    private final long begunNanos;

    StoreKeeper(RaftCore core, Leader leader) {
        this.core = core;
        this.log = core.log();
        this.leader = leader;
        this.begunNanos = core.nowNanos();
    }

    /** The membership with the stores of all voters that are known by now. */
    Membership withKnownStores(Membership membership) {
        Membership known = membership;
        for (Member member : membership.members().values()) {
            long store = membership.voters().contains(member.id()) ? storeOf(member.id()) : 0;
            if (member.storeId() == 0 && store != 0) {
                known = ChangedMembership.with(known, member.withStore(store));
            }
        }
        return known;
    }

    private long storeOf(NodeId id) {
        if (id.equals(core.self())) {
            return core.storeId();
        }
        Progress follower = leader.follower(id);
        return follower == null ? 0 : follower.storeId();
    }

    /** What is to be changed in the membership, if anything. */
    Optional<Membership> improvement() {
        Membership membership = log.membership();
        Optional<Membership> without = withoutForgetful(membership);
        if (without.isPresent()) {
            return without;
        }
        Optional<Membership> promoted = withPromoted(membership);
        return promoted.isPresent() ? promoted : withNewStores(membership);
    }

    /** One who has forgotten its promises has no vote for the time being. Its store is the new one from now on. */
    private Optional<Membership> withoutForgetful(Membership membership) {
        for (Member member : membership.members().values()) {
            Progress follower = leader.follower(member.id());
            if (follower == null || !follower.isForgetful()) {
                continue;
            }
            Membership renewed = ChangedMembership.with(membership, member.withStore(follower.storeId()));
            if (!membership.voters().contains(member.id())) {
                return Optional.of(renewed);
            }
            if (membership.voters().size() > 1) {
                return Optional.of(moved(renewed, member.id(), false));
            }
        }
        return Optional.empty();
    }

    /** Who learns under a store has had a vote, be it under an earlier leader, and gets it back. */
    private Optional<Membership> withPromoted(Membership membership) {
        for (NodeId id : membership.learners()) {
            if (membership.storeOf(id) != 0 && leader.hasCaughtUp(id)) {
                return Optional.of(withKnownStores(moved(membership, id, true)));
            }
        }
        return Optional.empty();
    }

    private static Membership moved(Membership membership, NodeId id, boolean voter) {
        SortedSet<NodeId> voters = new TreeSet<>();
        voters.addAll(membership.voters());
        SortedSet<NodeId> learners = new TreeSet<>();
        learners.addAll(membership.learners());
        (voter ? learners : voters).remove(id);
        (voter ? voters : learners).add(id);
        return new Membership(membership.members(), voters, Collections.emptySortedSet(), learners);
    }

    /** All at once if that is possible soon, so that a young cluster does not change its membership for each voter. */
    private Optional<Membership> withNewStores(Membership membership) {
        var unknown = new ArrayList<NodeId>();
        for (NodeId id : membership.voters()) {
            if (membership.storeOf(id) == 0) {
                unknown.add(id);
            }
        }
        int voters = membership.voters().size();
        int found = 0;
        for (NodeId id : unknown) {
            found += storeOf(id) != 0 ? 1 : 0;
        }
        int known = voters - unknown.size();
        boolean waited = core.nowNanos() - begunNanos >= 2 * core.settings().electionTimeoutNanos();
        boolean worthIt = found > 0 && (known + found == voters || (waited && known + found > voters / 2));
        return worthIt ? Optional.of(withKnownStores(membership)) : Optional.empty();
    }
}
