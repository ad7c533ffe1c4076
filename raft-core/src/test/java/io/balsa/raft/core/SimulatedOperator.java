package io.balsa.raft.core;

import io.balsa.raft.cluster.ChangeRefusal;
import io.balsa.raft.cluster.Member;
import io.balsa.raft.cluster.Membership;
import io.balsa.raft.cluster.MembershipChange;
import io.balsa.raft.cluster.NodeId;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;

/**
 * Asks the servers of a {@link SimulatedCluster} for other members, another leader and snapshots: at any time, of any
 * server, and not always sensibly.
 */
final class SimulatedOperator {

    /** What was asked, and where the log of the one who was asked ended before and after. */
    private record Asked(NodeId server, boolean transfer, long lastBefore, long lastAfter) {}

    /** Refusals that come later, when something may have been appended. */
    private static final Set<ChangeRefusal> LATE =
            Set.of(ChangeRefusal.CATCH_UP_TIMED_OUT, ChangeRefusal.TRANSFER_TIMED_OUT);

    private final SimulatedCluster cluster;
    private final Random random;
    private final Map<Long, Asked> open = new TreeMap<>();
    private final Map<ChangeRefusal, Integer> refusals = new EnumMap<>(ChangeRefusal.class);
    private long lastRequest;
    private int changes;
    private int transfers;

    SimulatedOperator(SimulatedCluster cluster, Random random) {
        this.cluster = cluster;
        this.random = random;
    }

    /** How many changes were done. */
    int changes() {
        return changes;
    }

    /** How often the leadership was handed over. */
    int transfers() {
        return transfers;
    }

    Map<ChangeRefusal, Integer> refusals() {
        return refusals;
    }

    boolean waitsForNothing() {
        return open.isEmpty();
    }

    /** Asks for something. */
    void acts() {
        SimulatedNode anyone = cluster.anyNode();
        SimulatedNode target =
                random.nextInt(6) == 0 ? anyone : cluster.anyLeader().orElse(anyone);
        switch (random.nextInt(12)) {
            case 0, 1, 2, 3 -> change(target);
            case 4 -> transfer(target);
            case 5 -> cluster.input(anyone, new Input.PreVoteSwitched(random.nextBoolean()));
            default -> cluster.takeSnapshot(anyone, 8 + random.nextInt(500));
        }
    }

    /** Changes something harmless at a leader. */
    long touch(SimulatedNode leader) {
        Member member = leader.core().membership().member(leader.id()).orElseThrow();
        return ask(leader, MembershipChange.begin().alter(member.withPriority((member.priority() + 1) % 3)));
    }

    private void transfer(SimulatedNode target) {
        Optional<NodeId> successor = random.nextBoolean()
                ? Optional.empty()
                : Optional.of(cluster.anyNode().id());
        long request = ++lastRequest;
        ask(target, true, request, new Input.TransferRequested(request, successor));
    }

    /** Not while a store is lost: who takes healthy servers away then may be left without a majority. */
    private void change(SimulatedNode target) {
        Membership membership = target.core().membership();
        if (cluster.nodes().stream().anyMatch(node -> node.isDamaged(membership))) {
            return;
        }
        MembershipChange change = MembershipChange.begin();
        for (int steps = 1 + random.nextInt(4); steps > 0; steps--) {
            change = withStep(change, membership);
        }
        if (random.nextInt(4) == 0) {
            change = change.onlyIfAt(target.core().membershipIndex() - random.nextInt(2));
        }
        ask(target, change);
    }

    /** Mostly something that can be done. */
    private MembershipChange withStep(MembershipChange change, Membership membership) {
        NodeId id = cluster.anyNode().id();
        Member stranger = Member.of(id.value(), "n" + id.value());
        boolean sensible = random.nextInt(5) > 0;
        boolean first = random.nextBoolean();
        if (sensible && !membership.contains(id)) {
            return first ? change.addLearner(stranger) : change.addVoter(stranger);
        }
        if (sensible && membership.isVoter(id)) {
            return first ? change.demote(id) : change.remove(id);
        }
        if (sensible) {
            return first || random.nextBoolean() ? change.promote(id) : change.remove(id);
        }
        return switch (random.nextInt(7)) {
            case 0 -> change.addLearner(stranger);
            case 1 -> change.addVoter(stranger);
            case 2 -> change.promote(id);
            case 3 -> change.demote(id);
            case 4 -> change.remove(id);
            case 5 -> change.alter(membership.member(id).orElse(stranger).withAddress("n1"));
            default -> change.alter(membership.member(id).orElse(stranger).withPriority(random.nextInt(4)));
        };
    }

    private long ask(SimulatedNode node, MembershipChange change) {
        long request = ++lastRequest;
        ask(node, false, request, new Input.ChangeRequested(request, change));
        return request;
    }

    private void ask(SimulatedNode node, boolean transfer, long request, Input input) {
        if (node.isUp) {
            long before = node.core().lastIndex();
            cluster.input(node, input);
            open.put(request, new Asked(node.id(), transfer, before, node.core().lastIndex()));
        }
    }

    /** Whoever was asked has crashed. */
    void forget(NodeId server) {
        open.values().removeIf(asked -> asked.server.equals(server));
    }

    /** Somebody answers, perhaps. */
    void told(SimulatedNode node, Notice notice) {
        if (notice instanceof Notice.ChangeDone done) {
            check(!answered(node, done.request()).transfer, notice);
            check(
                    !done.membership().isJoint()
                            && done.index() <= cluster.checks().committedIndex(),
                    notice);
            changes++;
        } else if (notice instanceof Notice.ChangeUnknown unknown) {
            check(!answered(node, unknown.request()).transfer, notice);
        } else if (notice instanceof Notice.TransferDone done) {
            check(answered(node, done.request()).transfer && !done.leader().equals(node.id()), notice);
            transfers++;
        } else if (notice instanceof Notice.ChangeRefused refused) {
            Asked asked = answered(node, refused.request());
            check(LATE.contains(refused.reason()) || asked.lastBefore == asked.lastAfter, notice);
            refusals.merge(refused.reason(), 1, Integer::sum);
        }
    }

    private Asked answered(SimulatedNode node, long request) {
        Asked asked = open.remove(request);
        if (asked == null || !asked.server.equals(node.id())) {
            throw new AssertionError(node.id() + " answers request " + request + ", which nobody waits for");
        }
        return asked;
    }

    private static void check(boolean holds, Notice notice) {
        if (!holds) {
            throw new AssertionError("an answer that cannot be: " + notice);
        }
    }
}
