package io.balsa.raft.testkit.mutants;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What every build sees of the planted bugs; the search from scratch is {@link MutantTable}. */
@DisplayName("The simulation")
class MutantsTest {

    /** A change of the simulator shifts what a seed means; so a few more are tried before anybody is alarmed. */
    private static final int SEEDS = Integer.getInteger("mutants.verify.seeds", 40);

    private static final int HEALTHY_SEEDS = 3;

    @Test
    @DisplayName("notices every planted bug, and each of them can still be planted")
    void killsMutants() throws IOException, InterruptedException {
        Killers killers = Killers.read(MutantFarm.KILLERS);
        MutantBuild build = new MutantBuild(MutantFarm.ROOT, MutantFarm.TARGET);

        List<String> survivors = MutantFarm.forEach(Mutant.allIn(MutantFarm.PATCHES), (search, mutant) -> {
                    Path classes = build.build(mutant);
                    Optional<Long> seed = killers.of(mutant).seed();
                    boolean killed = seed.isPresent()
                            && search.search(classes, seed.get(), SEEDS).isPresent();
                    return killed ? "" : mutant.name() + " survives seed " + seed + " and the next " + SEEDS;
                })
                .stream()
                .filter(survivor -> !survivor.isEmpty())
                .toList();

        assertThat(survivors).isEmpty();
    }

    @Test
    @DisplayName("finds nothing where nothing was planted")
    void sparesTheHealthy() throws IOException, InterruptedException {
        Path classes = MutantFarm.noClasses();

        List<Optional<Search.Kill>> found = MutantFarm.forEach(
                List.of(1L, 1_000_001L), (search, seed) -> search.search(classes, seed, HEALTHY_SEEDS));

        assertThat(found).allSatisfy(kill -> assertThat(kill).isEmpty());
    }

    @Test
    @DisplayName("knows a seed that shows each planted bug")
    void knowsWhatShowsThem() throws IOException {
        Killers killers = Killers.read(MutantFarm.KILLERS);

        List<String> unseen = Mutant.allIn(MutantFarm.PATCHES).stream()
                .filter(mutant -> killers.of(mutant).seed().isEmpty())
                .map(Mutant::name)
                .toList();

        assertThat(unseen).isEmpty();
    }

    @Test
    @DisplayName("has a line about each planted bug in its list of killers, and about no other")
    void listsEveryMutant() throws IOException {
        List<String> planted =
                Mutant.allIn(MutantFarm.PATCHES).stream().map(Mutant::name).toList();

        assertThat(Killers.read(MutantFarm.KILLERS).names()).isEqualTo(planted);
    }
}
