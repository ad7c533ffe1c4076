package io.balsa.raft.testkit.shrink;

import io.balsa.raft.testkit.plan.ClientStep;
import io.balsa.raft.testkit.plan.Decisions;
import io.balsa.raft.testkit.plan.Errand;
import io.balsa.raft.testkit.plan.Fate;
import io.balsa.raft.testkit.plan.Plan;
import io.balsa.raft.testkit.plan.Strike;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** Takes down what another decides. */
public final class RecordedDecisions implements Decisions {

    private final Decisions decisions;
    private final SortedMap<StepName, ClientStep> steps = new TreeMap<>();
    private final SortedMap<MessageName, Fate> fates = new TreeMap<>();

    /** Nobody has asked yet. */
    public RecordedDecisions(Decisions decisions) {
        this.decisions = decisions;
    }

    @Override
    public List<Strike> strikes() {
        return decisions.strikes();
    }

    @Override
    public List<Errand> errands() {
        return decisions.errands();
    }

    @Override
    public Fate fate(int link, int kind, long number) {
        Fate fate = decisions.fate(link, kind, number);
        fates.put(new MessageName(link, kind, number), fate);
        return fate;
    }

    @Override
    public ClientStep step(int client, long number) {
        ClientStep step = decisions.step(client, number);
        if (number < FIRST_STEP_OF_PEACE && step.server() > 0) {
            steps.put(new StepName(client, number), step);
        }
        return step;
    }

    /** All that was decided so far, as the scenario of a run that came to its end at this time. */
    public Scenario scenario(Plan plan, String expects, long endNanos) {
        List<Strike> strikes = decisions.strikes().stream()
                .filter(strike -> strike.atNanos() <= endNanos)
                .toList();
        List<Errand> errands = decisions.errands().stream()
                .filter(errand -> errand.atNanos() <= endNanos)
                .toList();
        return new Scenario(expects, plan, strikes, errands, steps, fates);
    }

    /** Whether anybody has asked for this step. */
    boolean hasDecided(StepName step) {
        return steps.containsKey(step);
    }

    /** Whether anybody has asked for the fate of this message. */
    boolean hasDecided(MessageName message) {
        return fates.containsKey(message);
    }
}
