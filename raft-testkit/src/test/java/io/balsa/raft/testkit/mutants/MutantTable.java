package io.balsa.raft.testkit.mutants;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * The search from scratch: for each planted bug several trials, each from another start, until a seed is not green. Writes
 * what it finds to {@code killers.csv} and to {@code docs/MUTANTS.md}. Only in the profile {@code mutants}.
 */
@DisplayName("The mutants")
class MutantTable {

    private static final String ONLY = System.getProperty("mutants.only", "");
    /** In the place of numbers: those that nothing has killed so far. */
    private static final String OPEN = "open";

    private static final int TRIALS = Integer.getInteger("mutants.trials", 5);
    private static final long SEEDS = Long.getLong("mutants.seeds", 2000);
    private static final int HEALTHY_SEEDS = Integer.getInteger("mutants.healthy", 20);
    private static final long BETWEEN_STARTS = 1_000_000;

    private record Planted(Mutant mutant, Path classes) {}

    private record Outcome(Mutant mutant, List<Search.Kill> kills, int trials) {

        boolean isKilled() {
            return kills.size() == trials;
        }

        /** Of the trials in which it was killed. */
        long median() {
            return kills.stream().mapToLong(Search.Kill::seeds).sorted().toArray()[(kills.size() - 1) / 2];
        }

        String invariants() {
            return String.join(
                    " ",
                    kills.stream()
                            .map(Search.Kill::invariant)
                            .distinct()
                            .sorted()
                            .toList());
        }

        Killers.Killer killer() {
            String killed = kills.size() + "/" + trials;
            return kills.isEmpty()
                    ? new Killers.Killer(Optional.empty(), "", "", killed)
                    : new Killers.Killer(
                            Optional.of(kills.get(0).seed()), invariants(), String.valueOf(median()), killed);
        }
    }

    @Test
    @DisplayName("are killed, all of them, within their budget of seeds")
    void all() throws IOException, InterruptedException {
        long from = Long.getLong("mutants.from", new SecureRandom().nextLong() >>> 16);
        System.out.printf("-Dmutants.from=%d -Dmutants.trials=%d -Dmutants.seeds=%d%n", from, TRIALS, SEEDS);
        Path healthy = MutantFarm.noClasses();
        assertThat(MutantFarm.forEach(List.of(from), (search, start) -> search.search(healthy, start, HEALTHY_SEEDS)))
                .as("what is found where nothing was planted")
                .containsExactly(Optional.empty());

        List<Mutant> mutants = Mutant.allIn(MutantFarm.PATCHES);
        Killers killers = Killers.read(MutantFarm.KILLERS);
        List<Mutant> chosen = mutants.stream()
                .filter(mutant -> ONLY.equals(OPEN) ? killers.of(mutant).seed().isEmpty() : mutant.isMeantBy(ONLY))
                .toList();
        MutantBuild build = new MutantBuild(MutantFarm.ROOT, MutantFarm.TARGET);
        List<Planted> planted = chosen.stream() // all of them first: none may fail to compile an hour later
                .map(mutant -> new Planted(mutant, build.build(mutant)))
                .toList();
        List<Outcome> outcomes = MutantFarm.forEach(planted, (search, next) -> {
            Outcome outcome = hunt(search, next, from);
            System.out.println(line(outcome));
            if (MutantFarm.ASSERTIONS) {
                note(killers, outcome, mutants);
            }
            return outcome;
        });

        assertThat(outcomes.stream()
                        .filter(outcome -> !outcome.isKilled())
                        .map(outcome -> outcome.mutant.name() + " " + outcome.killer()))
                .as("mutants that survive")
                .isEmpty();
    }

    /** Gives up with the first trial that fails: what survives once survives. */
    private static Outcome hunt(Search search, Planted planted, long from) {
        List<Search.Kill> kills = new ArrayList<>();
        int trials = 0;
        while (trials < TRIALS && kills.size() == trials) {
            search.search(planted.classes, from + BETWEEN_STARTS * trials, SEEDS)
                    .ifPresent(kills::add);
            trials++;
        }
        return new Outcome(planted.mutant, kills, trials);
    }

    /** At once, because the search may take hours. */
    private static void note(Killers killers, Outcome outcome, List<Mutant> mutants) {
        synchronized (killers) {
            killers.put(outcome.mutant, outcome.killer());
            try {
                killers.write(mutants);
                killers.writeTable(MutantFarm.DOCUMENT, mutants);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private static String line(Outcome outcome) {
        if (outcome.kills.isEmpty()) {
            return outcome.mutant.name() + ": SURVIVES " + SEEDS + " seeds; " + outcome.mutant.of("shows");
        }
        Search.Kill first = outcome.kills.get(0);
        return outcome.mutant.name() + ": " + outcome.invariants() + " in "
                + outcome.kills.stream().map(Search.Kill::seeds).toList() + " seeds"
                + (outcome.isKilled() ? "" : ", then SURVIVES " + SEEDS) + "; " + first.seed() + ": "
                + first.message().substring(0, Math.min(160, first.message().length()));
    }
}
