package io.balsa.raft.runtime;

import io.balsa.raft.MemberStatus;
import io.balsa.raft.cluster.Member;
import io.balsa.raft.cluster.Membership;
import io.balsa.raft.cluster.NodeId;
import io.balsa.raft.cluster.RaftRole;
import io.balsa.raft.core.PeerProgress;
import io.balsa.raft.core.RaftCore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;

/** Who belongs to the cluster and how they are, for everybody to read at any time. Written by the consensus agent. */
final class MemberBoard {

    private static final int MOST_LEFT = 64;

    /** What was so at a moment. */
    private record View(
            Membership membership,
            RaftRole ownRole,
            Optional<NodeId> leader,
            boolean committed,
            long lastIndex,
            SortedMap<NodeId, PeerProgress> followers,
            List<Member> former,
            long nanos) {}

    private final NodeId self;
    private final Clock clock;
    private final long intervalNanos;
    private final Map<NodeId, Member> former = new LinkedHashMap<>(); // in the order in which they went
    private volatile View view;

    /**
     * Publishes what is so now.
     *
     * @param intervalNanos how old what is told of followers may be
     */
    MemberBoard(NodeId self, Clock clock, long intervalNanos, RaftCore core) {
        this.self = self;
        this.clock = clock;
        this.intervalNanos = intervalNanos;
        this.view = look(core);
    }

    /**
     * Publishes anew, if there is any news or it is time.
     *
     * @return whether it did
     */
    @SuppressWarnings("ReferenceEquality") // the same membership is the same object, and comparing it costs nothing
    boolean publish(RaftCore core) {
        View last = view;
        boolean same = last.membership == core.membership()
                && last.ownRole == core.role()
                && last.leader.equals(core.leader())
                && last.committed == isCommitted(core);
        if (same && clock.nanoTime() - last.nanos < intervalNanos) {
            return false;
        }
        if (last.membership != core.membership()) {
            former.putAll(last.membership.members());
            former.keySet().removeAll(core.membership().members().keySet());
            former.keySet().removeAll(List.copyOf(former.keySet()).subList(0, Math.max(0, former.size() - MOST_LEFT)));
        }
        view = look(core);
        return true;
    }

    private static boolean isCommitted(RaftCore core) {
        return core.membershipIndex() <= core.commitIndex();
    }

    private View look(RaftCore core) {
        SortedMap<NodeId, PeerProgress> followers = new TreeMap<>();
        core.followers().forEach(follower -> followers.put(follower.id(), follower));
        return new View(
                core.membership(),
                core.role(),
                core.leader(),
                isCommitted(core),
                core.lastIndex(),
                followers,
                List.copyOf(former.values()),
                clock.nanoTime());
    }

    /** In the order of their ids. */
    List<MemberStatus> read() {
        View now = view;
        SortedMap<NodeId, Member> all = new TreeMap<>();
        now.former.forEach(member -> all.put(member.id(), member));
        all.putAll(now.membership.members());
        List<MemberStatus> members = new ArrayList<>();
        for (Member member : all.values()) {
            members.add(statusOf(member, now));
        }
        return members;
    }

    private MemberStatus statusOf(Member member, View now) {
        PeerProgress follower = now.followers.get(member.id());
        boolean own = member.id().equals(self);
        boolean leads = now.leader.isPresent() && now.leader.get().equals(self);
        Optional<Duration> contact = own ? Optional.of(Duration.ZERO) : Optional.empty();
        OptionalLong lag = own && leads ? OptionalLong.of(0) : OptionalLong.empty();
        if (follower != null) {
            contact = Optional.of(Duration.ofNanos(follower.silentNanos() + (clock.nanoTime() - now.nanos)));
            lag = OptionalLong.of(Math.max(0, now.lastIndex - follower.matchIndex()));
        }
        return new MemberStatus(
                member.id(),
                member.address(),
                member.priority(),
                own ? now.ownRole : roleOf(member.id(), now),
                standingOf(member.id(), now),
                contact,
                lag);
    }

    private static RaftRole roleOf(NodeId id, View now) {
        if (now.leader.isPresent() && now.leader.get().equals(id)) {
            return RaftRole.LEADER;
        }
        return now.membership.isVoter(id) ? RaftRole.FOLLOWER : RaftRole.LEARNER;
    }

    private static MemberStatus.Standing standingOf(NodeId id, View now) {
        Membership membership = now.membership;
        PeerProgress follower = now.followers.get(id);
        if (!membership.contains(id)) {
            return follower != null || !now.committed ? MemberStatus.Standing.LEAVING : MemberStatus.Standing.LEFT;
        }
        boolean stays =
                membership.voters().contains(id) || membership.learners().contains(id);
        if (!stays) {
            return MemberStatus.Standing.LEAVING;
        }
        boolean votesSoon = membership.isJoint()
                && membership.voters().contains(id)
                && !membership.outgoingVoters().contains(id);
        boolean isNew = follower != null
                && membership.isLearner(id)
                && (follower.receivesSnapshot() || follower.matchIndex() == 0);
        return votesSoon || isNew ? MemberStatus.Standing.JOINING : MemberStatus.Standing.ACTIVE;
    }
}
