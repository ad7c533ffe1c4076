package io.balsa.raft.core;

import io.balsa.raft.cluster.Membership;
import io.balsa.raft.cluster.NodeId;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;

/** What goes wrong in a {@link SimulatedCluster}: servers crash and lose their disks, disks are slow, links are cut. */
final class SimulatedFaults {

    private static final long MILLI = 1_000_000;

    private record Link(NodeId from, NodeId to) implements Comparable<Link> {
        @Override
        public int compareTo(Link other) {
            return Comparator.comparing(Link::from).thenComparing(Link::to).compare(this, other);
        }
    }

    private final SimulatedCluster cluster;
    private final Random random;
    private final Set<Link> cut = new TreeSet<>();
    private long lastStore = 1_000;
    private int wipes;

    SimulatedFaults(SimulatedCluster cluster, Random random) {
        this.cluster = cluster;
        this.random = random;
    }

    boolean isCut(NodeId from, NodeId to) {
        return cut.contains(new Link(from, to));
    }

    /** How many disks were lost. */
    int wipes() {
        return wipes;
    }

    /** Something goes wrong. */
    void strike() {
        SimulatedNode node = cluster.anyNode();
        switch (random.nextInt(10)) {
            case 0, 1 -> crash(node);
            case 2, 3 -> cut.clear();
            case 4 -> isolate(node);
            case 5 -> split();
            case 6 -> node.hasSlowDisk = !node.hasSlowDisk;
            case 7, 8 -> wipe(node);
            default -> cluster.input(cluster.anyNode(), new Input.Unreachable(node.id()));
        }
    }

    /** No more faults, and everybody is back. */
    void end() {
        cut.clear();
        for (SimulatedNode node : cluster.nodes()) {
            node.hasSlowDisk = false;
            if (!node.isUp) {
                cluster.restart(node);
            }
        }
    }

    /** Cuts off a server, in one direction or in both. */
    private void isolate(SimulatedNode node) {
        int direction = random.nextInt(3);
        for (SimulatedNode other : cluster.nodes()) {
            if (direction != 0) {
                cut.add(new Link(node.id(), other.id()));
            }
            if (direction != 1) {
                cut.add(new Link(other.id(), node.id()));
            }
        }
    }

    private void split() {
        cut.clear();
        List<NodeId> all = cluster.nodes().stream().map(SimulatedNode::id).toList();
        Set<NodeId> left = new TreeSet<>(all);
        left.removeIf(id -> random.nextBoolean());
        for (NodeId from : all) {
            for (NodeId to : all) {
                if (left.contains(from) != left.contains(to)) {
                    cut.add(new Link(from, to));
                }
            }
        }
    }

    private void crash(SimulatedNode node) {
        if (node.isUp) {
            cluster.crash(node);
            int life = node.life;
            cluster.in(random.nextLong(random.nextBoolean() ? 200 * MILLI : 10 * MILLI), () -> {
                if (node.life == life && !node.isUp) {
                    cluster.restart(node);
                }
            });
        }
    }

    private void wipe(SimulatedNode node) {
        if (node.isUp && mayBeWiped(node)) {
            wipes++;
            cluster.checks().beforeWipe(node.server);
            crash(node);
            node.server.isWiped(++lastStore, random.nextLong());
        }
    }

    /**
     * The guard against amnesia holds for a minority of the voters, and once every server that may ask for votes knows the
     * stores (ADR 0025).
     */
    private boolean mayBeWiped(SimulatedNode wiped) {
        SimulatedNode leader = cluster.anyLeader().orElse(wiped);
        Membership membership = leader.core().membership();
        boolean settled = leader.core().membershipIndex() <= leader.core().commitIndex()
                && !membership.isJoint()
                && cluster.operator().waitsForNothing();
        boolean enough = !membership.isVoter(wiped.id()) || membership.voters().size() > 2;
        long store = wiped.server.durable().storeId();
        boolean known = store != 0 && (!membership.isVoter(wiped.id()) || membership.storeOf(wiped.id()) == store);
        boolean knownToAll =
                cluster.nodes().stream().filter(node -> node != wiped).allMatch(node -> knows(node, membership));
        boolean othersAreWell = cluster.nodes().stream().noneMatch(node -> node.isDamaged(membership));
        return settled
                && enough
                && known
                && knownToAll
                && othersAreWell
                && wiped.server.durable().lastIndex() > 0;
    }

    /** Or it has never had a vote. */
    private static boolean knows(SimulatedNode node, Membership membership) {
        Membership founding = node.server.founding();
        Membership durable = node.server.durable().membership(founding);
        boolean strange = !founding.isVoter(node.id()) && !durable.isVoter(node.id());
        return strange
                || (durable.equals(membership) && node.core().membership().equals(membership));
    }
}
