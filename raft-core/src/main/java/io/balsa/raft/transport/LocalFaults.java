package io.balsa.raft.transport;

import io.balsa.raft.cluster.NodeId;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * What is wrong with a {@link LocalNetwork} at the moment, and the draws that decide what befalls each frame. Not safe for
 * use by several threads at once: the network's lock guards it.
 */
final class LocalFaults {

    private static final int NO_GROUP = -1;

    private record Link(NodeId from, NodeId to) {}

    private final RandomGenerator random;
    private final Set<Link> cutLinks = new HashSet<>();
    private Map<NodeId, Integer> groupOf = new HashMap<>();
    private long leastDelayNanos;
    private long mostDelayNanos;
    private double loss;
    private double duplication;

    LocalFaults(RandomGenerator random) {
        this.random = random;
    }

    void delay(long leastNanos, long mostNanos) {
        leastDelayNanos = leastNanos;
        mostDelayNanos = mostNanos;
    }

    void loss(double probability) {
        loss = probability;
    }

    void duplication(double probability) {
        duplication = probability;
    }

    void partition(Map<NodeId, Integer> groupOf) {
        this.groupOf = groupOf;
    }

    void cut(NodeId from, NodeId to) {
        cutLinks.add(new Link(from, to));
    }

    void heal() {
        groupOf = new HashMap<>();
        cutLinks.clear();
    }

    boolean cuts(NodeId from, NodeId to) {
        return cutLinks.contains(new Link(from, to)) || groupOf(from) != groupOf(to);
    }

    private int groupOf(NodeId node) {
        return groupOf.getOrDefault(node, NO_GROUP);
    }

    /** How often a frame is to arrive: 0 if it is lost, 2 if it is duplicated. */
    int drawCopies() {
        if (happens(loss)) {
            return 0;
        }
        return happens(duplication) ? 2 : 1;
    }

    private boolean happens(double probability) {
        return probability > 0 && random.nextDouble() < probability;
    }

    long drawDelayNanos() {
        return mostDelayNanos == leastDelayNanos
                ? leastDelayNanos
                : random.nextLong(leastDelayNanos, mostDelayNanos + 1);
    }
}
