package io.balsa.raft.testkit.cli;

import io.balsa.raft.testkit.plan.Plan;
import io.balsa.raft.testkit.plan.SeededDecisions;
import io.balsa.raft.testkit.shrink.Scenario;
import io.balsa.raft.testkit.shrink.ScenarioText;
import io.balsa.raft.testkit.sweep.Verdict;
import io.balsa.raft.testkit.workload.RegisterWorkload;
import io.balsa.raft.testkit.world.ClusterRun;
import io.balsa.raft.testkit.world.Story;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code replay}: the story of a run, so that a person can read it. */
@Command(name = "replay", description = "Run one seed or one scenario, and tell what happens in it.")
final class ReplayCommand implements Callable<Integer> {

    /** What to run. */
    static final class What {

        @Option(names = "--seed", paramLabel = "N", description = "The run of this seed.")
        private Optional<Long> seed = Optional.empty();

        @Parameters(paramLabel = "FILE", arity = "0..1", description = "A scenario, as shrink writes it.")
        private Optional<Path> file = Optional.empty();

        What() {}
    }

    @ArgGroup(multiplicity = "1")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private What what;

    @Option(names = "--messages", description = "Tell what becomes of each message, too.")
    private boolean messages;

    @Option(names = "--mermaid", description = "In place of the story, print its last part as a sequence diagram.")
    private boolean mermaid;

    @Option(
            names = "--last",
            paramLabel = "N",
            defaultValue = "80",
            description = "How much of it the diagram shows. Default: ${DEFAULT-VALUE}.")
    private int last;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    ReplayCommand() {}

    @Override
    public Integer call() {
        Optional<Scenario> scenario = what.file.map(ReplayCommand::read);
        Plan plan = scenario.map(Scenario::plan).orElseGet(() -> Plan.of(what.seed.orElse(0L)));
        PrintWriter out = spec.commandLine().getOut();
        SequenceDiagram diagram = new SequenceDiagram(plan.size(), last);
        Story story = mermaid ? diagram : new TextStory(out, messages);
        ClusterRun.Result result = new ClusterRun(
                        plan,
                        scenario.map(Scenario::decisions).orElseGet(() -> new SeededDecisions(plan)),
                        new RegisterWorkload(plan),
                        Optional.of(story))
                .run();
        if (mermaid) {
            result.violation()
                    .ifPresent(found -> diagram.tell(result.simulatedNanos(), "violation", found.getMessage() + ""));
            out.print(diagram);
        } else {
            out.println("options: " + plan);
            out.println(Findings.line(result));
        }
        out.flush();
        return (result.violation().isPresent() ? Verdict.VIOLATION : Verdict.PASSED).exitCode();
    }

    /** The scenario in this file. */
    static Scenario read(Path file) {
        try {
            return ScenarioText.read(Files.readString(file));
        } catch (IOException e) {
            throw new IllegalArgumentException("cannot read " + file + ": " + e, e);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(file + ", " + e.getMessage(), e);
        }
    }
}
