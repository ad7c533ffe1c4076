package io.balsa.raft.testkit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.raft.testkit.coverage.Coverage;
import io.balsa.raft.testkit.oracle.Violation;
import io.balsa.raft.testkit.plan.Plan;
import io.balsa.raft.testkit.sweep.Failure;
import io.balsa.raft.testkit.sweep.SweepResult;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("The command line")
class CommandLineTest {

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(String... args) {
        return TestkitMain.commandLine()
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(args);
    }

    private List<String> lines() {
        return out.toString().lines().toList();
    }

    @Test
    @DisplayName("sweeps, shows what has happened, and says all in its last line")
    void sweeps() {
        int exitCode = run("sweep", "--from", "40", "--count", "6", "--threads", "2", "--verbose");

        String last = lines().get(lines().size() - 1);
        assertThat(last)
                .matches(
                        "(PASSED|SHORT): 6 seeds: \\d+ simulated s, \\d+ per wall second, \\d+ per wall second and core;"
                                + " \\d+\\.\\d client operations per simulated s, \\d+ events per wall second;"
                                + " \\d+ faults, \\d+ elections won, \\d+ crashes, \\d+ snapshots,"
                                + " \\d+ changes of the membership, \\d+ transfers, 0 violations");
        assertThat(exitCode).isEqualTo(last.startsWith("PASSED") ? 0 : 2);
        assertThat(lines().get(0)).contains("sweep --from 40 --count 6");
        assertThat(lines()).anyMatch(line -> line.startsWith("seed 45: hash "));
        assertThat(out.toString()).contains("not of the simulated world").contains("elections won");
    }

    @Test
    @DisplayName("begins a sweep at a random seed, and prints it")
    void drawsAStart() {
        run("sweep", "--count", "1");

        assertThat(lines().get(0)).matches("1 seeds from \\d+ on, on \\d+ threads \\(sweep --from \\d+ --count 1\\)");
    }

    @Test
    @DisplayName("runs one seed, the same each time")
    void runs() {
        assertThat(run("run", "--seed", "7")).isZero();
        String first = lines().get(1);
        assertThat(run("run", "--seed", "7")).isZero();

        assertThat(first).matches("seed 7: hash [0-9a-f]{16}, \\d+ events, .* passed; .*");
        assertThat(lines().get(3)).isEqualTo(first);
    }

    @Test
    @DisplayName("tells the story of a run, with its messages only if they are asked for")
    void replays() {
        assertThat(run("replay", "--seed", "7")).isZero();
        assertThat(out.toString())
                .contains("LEADS in term")
                .contains("clients    propose '")
                .contains("is acknowledged at")
                .contains("the core is")
                .doesNotContain("hears AppendEntries");

        assertThat(run("replay", "--seed", "7", "--messages")).isZero();
        assertThat(out.toString()).contains("hears AppendEntries[");
    }

    @Test
    @DisplayName("draws the end of a run as a sequence diagram")
    void draws() {
        assertThat(run("replay", "--seed", "7", "--mermaid", "--last", "20")).isZero();

        assertThat(lines()).startsWith("sequenceDiagram").anyMatch(line -> line.matches(" +S\\d->>S\\d: [0-9.]+ .*"));
        assertThat(lines()).filteredOn(line -> !line.contains("participant")).hasSize(21);
    }

    @Test
    @DisplayName("replays a scenario from a file, and names the line that it does not understand")
    void replaysAFile(@TempDir Path folder) throws IOException {
        Path good = Files.writeString(folder.resolve("good.scenario"), "seed = 1\nchaos = 2\n");
        Path bad = Files.writeString(folder.resolve("bad.scenario"), "seed = 1\nchaos = soon\n");

        assertThat(run("replay", good.toString())).isZero();
        assertThat(run("replay", bad.toString())).isEqualTo(2);
        assertThat(err.toString()).contains("bad.scenario, line 2, 'chaos = soon'");
    }

    @Test
    @DisplayName("has nothing to shrink in a seed that passes")
    void doesNotShrinkWhatPasses(@TempDir Path folder) {
        Path file = folder.resolve("none.scenario");

        assertThat(run("shrink", "--seed", "7", "--out", file.toString())).isZero();

        assertThat(lines()).containsExactly("seed 7 passes: there is nothing to shrink");
        assertThat(file).doesNotExist();
    }

    @Test
    @DisplayName("says of a failure all that is needed to see it again")
    void reportsFailures() {
        Failure failure = new Failure(Plan.of(12), 345, 6_000_000_000L, new Violation("S1", "two leaders"));

        assertThat(Findings.of(failure))
                .contains("seed 12 at event 345, after 6.000000 simulated s")
                .contains("S1: two leaders")
                .contains(Plan.of(12).toString())
                .contains("Java " + Runtime.version())
                .contains("replay --seed 12")
                .contains("shrink --seed 12");
    }

    @Test
    @DisplayName("shows progress on a terminal in one line that changes, else in one each ten seconds")
    void showsProgress() {
        var result = new SweepResult(
                5, new SweepResult.Volume(9_000_000_000L, 1, 1, 1, 1), new Coverage(), List.of(), 11_000_000_000L, 1);

        Progress onTerminal = new Progress(new PrintWriter(err), 10, true);
        onTerminal.show(result);
        onTerminal.clear();
        assertThat(err.toString()).isEqualTo("\r\033[K5 of 10 seeds, 11 s, 0 violations, 1 simulated s per s\r\033[K");

        Progress inAFile = new Progress(new PrintWriter(out), 10, false);
        inAFile.show(result);
        inAFile.show(result);
        assertThat(lines()).containsExactly("5 of 10 seeds, 11 s, 0 violations, 1 simulated s per s");
    }

    @ParameterizedTest(name = "raft-testkit {0}")
    @ValueSource(strings = {"", "fly", "run", "run --seed x", "sweep --count 0", "replay", "replay nowhere.scenario"})
    @DisplayName("refuses what it does not understand with exit code 2")
    void refusesNonsense(String arguments) {
        assertThat(run(arguments.isEmpty() ? new String[0] : arguments.split(" ", -1)))
                .isEqualTo(2);
        assertThat(err.toString()).startsWith("raft-testkit: ");
    }

    @ParameterizedTest(name = "raft-testkit {0} --help")
    @ValueSource(strings = {"sweep", "run", "replay", "shrink"})
    @DisplayName("explains itself, and what its exit codes mean")
    void helps(String command) {
        assertThat(run(command, "--help")).isZero();
        assertThat(out.toString()).contains("Exit codes:").contains("an invariant was violated");
    }
}
