package io.balsa.raft.testkit.world;

import io.balsa.raft.RaftStatus;
import io.balsa.raft.cluster.ChangeRefusal;
import io.balsa.raft.cluster.Member;
import io.balsa.raft.cluster.Membership;
import io.balsa.raft.cluster.MembershipChange;
import io.balsa.raft.cluster.NodeId;
import io.balsa.raft.core.Notice;
import io.balsa.raft.testkit.Draws;
import io.balsa.raft.testkit.plan.Errand;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;

/** Draws requests that must be refused, whoever is asked: as for what it would take, nobody can do it. */
final class IllegalRequests {

    private static final long NOBODY = 999;

    private final List<SimulatedServer> servers;
    private final int maxCommandBytes;

    IllegalRequests(List<SimulatedServer> servers, int maxCommandBytes) {
        this.servers = servers;
        this.maxCommandBytes = maxCommandBytes;
    }

    /** One, if this membership allows for what is drawn. */
    List<Request> draw(Errand errand, RaftStatus status, Draws chance) {
        return chance.nextInt(3) > 0 ? change(errand, status, chance) : other(errand, status, chance);
    }

    /**
     * All go but the leader and a voter that has forgotten its promises, so that too few are left to decide anything; nothing
     * if that one has no vote any more, or somebody else leads who may not know.
     */
    static Optional<Request> letGo(RaftStatus leader, long term, Notice.StoreLost lost) {
        Membership now = leader.membership();
        NodeId self = leader.identity().node();
        boolean isKnown = leader.term() == term && now.storeOf(lost.peer()) == lost.knownStoreId();
        if (!isKnown
                || !now.isVoter(lost.peer())
                || !now.isVoter(self)
                || now.voters().size() < 3) {
            return Optional.empty();
        }
        MembershipChange change = MembershipChange.begin();
        for (NodeId id : now.voters()) {
            change = id.equals(self) || id.equals(lost.peer()) ? change : change.remove(id);
        }
        List<Request> request = refused(
                "remove all others, though " + lost.peer() + " has forgotten",
                change,
                leader,
                ChangeRefusal.QUORUM_LOST);
        return request.stream().findFirst();
    }

    private List<Request> change(Errand errand, RaftStatus status, Draws chance) {
        Membership now = status.membership();
        MembershipChange change = MembershipChange.begin();
        NodeId nobody = new NodeId(NOBODY);
        NodeId voter = any(List.copyOf(now.voters()), chance);
        return switch (chance.nextInt(8)) {
            case 0 -> {
                MembershipChange all = change;
                for (NodeId id : now.voters()) {
                    all = chance.nextBoolean() ? all.remove(id) : all.demote(id);
                }
                yield refused("leave nobody who votes", all, status, ChangeRefusal.LAST_VOTER);
            }
            case 1 -> {
                Member again = new Member(voter, fresh(voter, errand));
                yield refused(
                        "add " + voter + " once more", change.addVoter(again), status, ChangeRefusal.ALREADY_A_MEMBER);
            }
            case 2 -> atAnothersPlace(status, voter);
            case 3 -> refused("promote nobody", change.promote(nobody), status, ChangeRefusal.NOT_A_MEMBER);
            case 4 -> refused("promote a voter", change.promote(voter), status, ChangeRefusal.ALREADY_A_VOTER);
            case 5 -> refused("remove nobody", change.remove(nobody), status, ChangeRefusal.NOT_A_MEMBER);
            case 6 -> refused("change nothing", change, status, ChangeRefusal.NOTHING_TO_CHANGE);
            default ->
                now.learners().isEmpty()
                        ? List.of()
                        : refused(
                                "demote a learner",
                                change.demote(now.learners().first()),
                                status,
                                ChangeRefusal.NOT_A_VOTER);
        };
    }

    private List<Request> other(Errand errand, RaftStatus status, Draws chance) {
        NodeId voter = any(List.copyOf(status.membership().voters()), chance);
        return switch (chance.nextInt(4)) {
            case 0 -> List.of(stale(status, voter, fresh(voter, errand)));
            case 1 ->
                List.of(Request.illegal(
                        "propose too much",
                        EnumSet.noneOf(ChangeRefusal.class),
                        node -> node.propose(new byte[maxCommandBytes + 1])));
            case 2 -> List.of(transferToNobody(status.membership(), chance));
            default ->
                List.of(Request.illegal(
                        "hand over to itself",
                        EnumSet.of(ChangeRefusal.ALREADY_LEADS, ChangeRefusal.NOT_A_MEMBER, ChangeRefusal.NOT_A_VOTER),
                        node -> node.transferLeadership(node.identity().node().value())));
        };
    }

    /** An address that nobody has used before. */
    private static String fresh(NodeId id, Errand errand) {
        return SimulatedNetwork.address((int) id.value(), errand.number() * 10 + 9);
    }

    private List<Request> atAnothersPlace(RaftStatus status, NodeId another) {
        Membership now = status.membership();
        String taken = now.member(another).orElseThrow().address();
        for (SimulatedServer server : servers) {
            if (!now.contains(server.id())) {
                return refused(
                        "add " + server.id() + " where another is",
                        MembershipChange.begin().addLearner(new Member(server.id(), taken)),
                        status,
                        ChangeRefusal.ADDRESS_IN_USE);
            }
        }
        return List.of();
    }

    /** Refused for this reason, unless the membership is another by then, or other things are in the way. */
    private static List<Request> refused(
            String what, MembershipChange change, RaftStatus status, ChangeRefusal reason) {
        if (status.membership().isJoint()) {
            return List.of();
        }
        MembershipChange checked = change.onlyIfAt(status.membershipIndex());
        return List.of(Request.illegal(
                what, EnumSet.of(reason), node -> node.membership().change(checked)));
    }

    private static Request stale(RaftStatus status, NodeId voter, String fresh) {
        long index = status.membershipIndex() + 1_000_000;
        MembershipChange change = MembershipChange.begin()
                .alter(status.membership().member(voter).orElseThrow().withAddress(fresh))
                .onlyIfAt(index);
        return Request.illegal(
                        "move " + voter + " if the membership is that of " + index,
                        EnumSet.noneOf(ChangeRefusal.class),
                        node -> node.membership().change(change))
                .tagged(fresh);
    }

    private static Request transferToNobody(Membership now, Draws chance) {
        boolean learner = !now.learners().isEmpty() && chance.nextBoolean();
        long id = learner ? now.learners().first().value() : NOBODY;
        return learner
                ? Request.plain("hand over to the learner " + id, node -> node.transferLeadership(id))
                : Request.illegal(
                        "hand over to nobody",
                        EnumSet.of(ChangeRefusal.NOT_A_MEMBER),
                        node -> node.transferLeadership(id));
    }

    private static NodeId any(List<NodeId> ids, Draws chance) {
        return new ArrayList<>(ids).get(chance.nextInt(ids.size()));
    }
}
