package io.balsa.raft.testkit.shrink;

import io.balsa.raft.testkit.plan.ClientStep;
import io.balsa.raft.testkit.plan.Decisions;
import io.balsa.raft.testkit.plan.Errand;
import io.balsa.raft.testkit.plan.Fate;
import io.balsa.raft.testkit.plan.Plan;
import io.balsa.raft.testkit.plan.SeededDecisions;
import io.balsa.raft.testkit.plan.Strike;
import io.balsa.raft.testkit.workload.Workload;
import io.balsa.raft.testkit.world.ClusterRun;
import io.balsa.raft.testkit.world.Story;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * A run of which everything that is decided from outside is written down. What clients do in peace is not: it is what shows
 * that the cluster is alive, and the seed draws it, as it draws the fate of each message that is not named.
 *
 * @param expects the invariant that it violates, or once did; empty if none
 * @param plan the options
 * @param strikes by time
 * @param errands of the operator, by time
 * @param steps of clients during the chaos; all others are left out
 * @param fates of messages, where the weather of the plan does not decide
 */
public record Scenario(
        String expects,
        Plan plan,
        List<Strike> strikes,
        List<Errand> errands,
        SortedMap<StepName, ClientStep> steps,
        SortedMap<MessageName, Fate> fates) {

    /** The maps and lists are copied. */
    public Scenario {
        strikes = List.copyOf(strikes);
        errands = List.copyOf(errands);
        steps = Collections.unmodifiableSortedMap(new TreeMap<>(steps));
        fates = Collections.unmodifiableSortedMap(new TreeMap<>(fates));
    }

    /** The same with other options. */
    public Scenario with(Plan other) {
        return new Scenario(expects, other, strikes, errands, steps, fates);
    }

    /** The same with other strikes. */
    public Scenario with(List<Strike> others) {
        return new Scenario(expects, plan, others, errands, steps, fates);
    }

    /** The same with other errands of the operator. */
    public Scenario withErrands(List<Errand> others) {
        return new Scenario(expects, plan, strikes, others, steps, fates);
    }

    /** The same with other steps of clients. */
    public Scenario withSteps(SortedMap<StepName, ClientStep> others) {
        return new Scenario(expects, plan, strikes, errands, others, fates);
    }

    /** The same with other fates of messages. */
    public Scenario withFates(SortedMap<MessageName, Fate> others) {
        return new Scenario(expects, plan, strikes, errands, steps, others);
    }

    /** How much is decided in it. */
    public int size() {
        return strikes.size() + errands.size() + steps.size() + fates.size();
    }

    /** What it decides. */
    public Decisions decisions() {
        return new Scripted();
    }

    /** Lets it happen. */
    public ClusterRun.Result run(Function<Plan, Workload> workloads, Optional<Story> story) {
        return new ClusterRun(plan, decisions(), workloads.apply(plan), story).run();
    }

    private final class Scripted implements Decisions {

        private final Decisions seeded = new SeededDecisions(plan);

        @Override
        public List<Strike> strikes() {
            return strikes;
        }

        @Override
        public List<Errand> errands() {
            return errands;
        }

        @Override
        public Fate fate(int link, int kind, long number) {
            Fate fate = fates.get(new MessageName(link, kind, number));
            return fate != null ? fate : seeded.fate(link, kind, number);
        }

        /** A client takes its time over a step that is left out, too, so that the others are not shifted by much. */
        @Override
        public ClientStep step(int client, long number) {
            ClientStep drawn = seeded.step(client, number);
            if (number >= Decisions.FIRST_STEP_OF_PEACE) {
                return drawn;
            }
            return steps.getOrDefault(new StepName(client, number), new ClientStep(drawn.pauseNanos(), -1, 0));
        }
    }
}
