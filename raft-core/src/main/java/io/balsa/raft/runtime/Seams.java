package io.balsa.raft.runtime;

import io.balsa.raft.IdleStrategy;
import io.balsa.raft.cluster.NodeId;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * Everything through which something nondeterministic reaches a node, besides its transport and its storage.
 *
 * @param random used by the consensus agent only, once the node is started
 */
public record Seams(Clock clock, RandomGenerator random, AgentScheduler scheduler, Probe probe) {

    /** Seams that nobody watches. */
    public Seams(Clock clock, RandomGenerator random, AgentScheduler scheduler) {
        this(clock, random, scheduler, Probe.NONE);
    }

    /** The seams of production: the system's clock, a random seed, a thread for each agent. */
    public static Seams production(NodeId node, IdleStrategy idleStrategy) {
        return new Seams(
                System::nanoTime,
                new SplittableRandom(),
                new ThreadScheduler("raft-" + node.value(), idleStrategy),
                Probe.NONE);
    }
}
