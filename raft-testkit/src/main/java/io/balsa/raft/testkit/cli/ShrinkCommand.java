package io.balsa.raft.testkit.cli;

import io.balsa.raft.testkit.plan.Plan;
import io.balsa.raft.testkit.shrink.ScenarioText;
import io.balsa.raft.testkit.shrink.Shrinker;
import io.balsa.raft.testkit.sweep.Verdict;
import io.balsa.raft.testkit.workload.RegisterWorkload;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code shrink}: a failing seed, made small. */
@Command(
        name = "shrink",
        description = "Make the run of a failing seed as small as it gets, and write it down as a scenario.")
final class ShrinkCommand implements Callable<Integer> {

    @Option(names = "--seed", paramLabel = "N", required = true, description = "A seed that fails.")
    private long seed;

    @Option(
            names = "--out",
            paramLabel = "FILE",
            description = "Where the scenario goes; without it, seed-N.scenario in this folder.")
    private Optional<Path> file = Optional.empty();

    @Option(
            names = "--seconds",
            paramLabel = "S",
            defaultValue = "120",
            description = "Give up after so long, with what there is by then. Default: ${DEFAULT-VALUE}.")
    private long seconds;

    @Option(
            names = "--runs",
            paramLabel = "N",
            defaultValue = "100000",
            description = "Give up after so many runs; the same number gives the same scenario, always.")
    private int runs;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    ShrinkCommand() {}

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        PrintWriter err = spec.commandLine().getErr();
        long end = System.nanoTime() + seconds * 1_000_000_000L;
        Shrinker shrinker = new Shrinker(RegisterWorkload::new, runs, () -> System.nanoTime() > end, line -> {
            err.println(line);
            err.flush();
        });
        Optional<Shrinker.Shrunk> found = shrinker.shrink(Plan.of(seed));
        if (found.isEmpty()) {
            out.println("seed " + seed + " passes: there is nothing to shrink");
            out.flush();
            return Verdict.PASSED.exitCode();
        }
        Shrinker.Shrunk shrunk = found.get();
        Path path = file.orElse(Path.of("seed-" + seed + ".scenario"));
        write(path, ScenarioText.write(shrunk.scenario(), comment(shrunk)));
        out.println(comment(shrunk));
        out.println("written to " + path + "; to read its story: " + Surroundings.COMMAND + " replay " + path);
        out.flush();
        return Verdict.VIOLATION.exitCode();
    }

    private String comment(Shrinker.Shrunk shrunk) {
        return "From seed " + seed + ", " + Surroundings.line() + ".\n"
                + shrunk.result().violation().map(Throwable::getMessage).orElse("") + "\n"
                + shrunk.scenario().strikes().size() + " strikes, "
                + shrunk.scenario().errands().size() + " errands, "
                + shrunk.scenario().steps().size() + " steps of clients and "
                + shrunk.scenario().fates().size() + " fates of messages are left after " + shrunk.runs() + " runs"
                + (shrunk.complete() ? "." : "; given up before the end.");
    }

    private static void write(Path path, String text) {
        try {
            Files.writeString(path, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
