package io.balsa.raft.testkit.plan;

import io.balsa.raft.testkit.Draws;
import java.util.ArrayList;
import java.util.List;

/** Decides by the seed of a plan. */
public final class SeededDecisions implements Decisions {

    private static final long SECOND = 1_000_000_000L;
    private static final long FATES = 1;
    private static final long STEPS = 2;

    private final Plan plan;

    /** The decisions of this plan. */
    public SeededDecisions(Plan plan) {
        this.plan = plan;
    }

    @Override
    public List<Strike> strikes() {
        List<Strike> strikes = new ArrayList<>();
        List<Fault> faults = new ArrayList<>(plan.faults());
        if (faults.contains(Fault.POWER_CUT)) {
            faults.addAll(List.of(Fault.POWER_CUT, Fault.POWER_CUT)); // of which few find anything that is not synced
        }
        Draws draws = Draws.stream(plan.seed(), "nemesis");
        long mean = plan.tempo().strikeNanos();
        long at = draws.between(0, 2 * mean);
        while (at < plan.tempo().chaosNanos() && !faults.isEmpty()) {
            Fault fault = faults.get(draws.nextInt(faults.size()));
            int victim = draws.chance(0.4) ? Strike.LEADER : 1 + draws.nextInt(plan.size());
            strikes.add(new Strike(strikes.size() + 1, at, fault, victim, lasts(fault, draws), draws.nextLong()));
            at += draws.between(mean / 10, 2 * mean);
        }
        return strikes;
    }

    private static long lasts(Fault fault, Draws draws) {
        return switch (fault) {
            case STALL -> draws.logUniform(SECOND / 20, 30 * SECOND);
            case PAUSE -> draws.logUniform(SECOND / 100, 10 * SECOND);
            case OVERSLEEP -> draws.between(3 * SECOND, 10 * SECOND);
            case HUNT -> draws.logUniform(2 * SECOND, 12 * SECOND);
            case DISK_FULL ->
                draws.logUniform(2 * SECOND, 10 * SECOND); // until the present segment is full, if not longer
            case CLOG -> draws.logUniform(SECOND / 10, 8 * SECOND);
            default ->
                fault.isPartition()
                        ? draws.logUniform(SECOND / 10, 10 * SECOND)
                        : draws.logUniform(SECOND / 100, 5 * SECOND);
        };
    }

    @Override
    public List<Errand> errands() {
        List<Errand> errands = new ArrayList<>();
        List<Act> acts = new ArrayList<>(plan.upkeep().acts());
        Draws draws = Draws.stream(plan.seed(), "operator");
        long mean = plan.upkeep().errandNanos();
        long within =
                3 * plan.weather().mostDelayNanos() + SECOND / 100; // when some have heard of it, and some have not
        long at = draws.between(SECOND, 2 * SECOND + mean);
        while (at < plan.tempo().chaosNanos() && !acts.isEmpty()) {
            Act act = acts.get(draws.nextInt(acts.size()));
            int asked = draws.chance(0.85) ? Errand.LEADER : 1 + draws.nextInt(plan.size());
            errands.add(new Errand(errands.size() + 1, at, act, asked, moment(act, draws), within, draws.nextLong()));
            at += draws.between(mean / 10, 2 * mean);
        }
        return errands;
    }

    private Moment moment(Act act, Draws draws) {
        List<Moment> all = List.of(Moment.values());
        boolean mayBeJoint = act == Act.SEVERAL || act == Act.REPLACE;
        Moment drawn = draws.chance(mayBeJoint ? 0.25 : 0.5) ? Moment.ANY : all.get(draws.nextInt(all.size()));
        if (mayBeJoint && drawn.isAwaited() && drawn != Moment.NEW_LEADER) {
            drawn = drawn == Moment.INSTALLING ? Moment.THEN_CUT_OFF : Moment.THEN_CRASH; // in the joint phase, perhaps
        }
        return plan.isGentle() && !drawn.isAwaited() ? Moment.ANY : drawn;
    }

    @Override
    public Fate fate(int link, int kind, long number) {
        return plan.weather().fate(Draws.of(plan.seed(), FATES, ((long) link << 8) + kind, number));
    }

    @Override
    public ClientStep step(int client, long number) {
        Draws chance = Draws.of(plan.seed(), STEPS, client, number);
        long pause = chance.between(1, 2 * plan.tempo().clientPauseNanos());
        int among = chance.chance(0.8) ? plan.founding().members().size() : plan.size(); // few ask who is no member yet
        return new ClientStep(pause, 1 + chance.nextInt(among), chance.nextLong());
    }
}
