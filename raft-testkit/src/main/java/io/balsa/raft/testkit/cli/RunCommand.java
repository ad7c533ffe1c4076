package io.balsa.raft.testkit.cli;

import io.balsa.raft.testkit.plan.Plan;
import io.balsa.raft.testkit.sweep.Failure;
import io.balsa.raft.testkit.sweep.Verdict;
import io.balsa.raft.testkit.world.ClusterRun;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code run}: one seed, once. */
@Command(name = "run", description = "Run one seed, and say what it has come to.")
final class RunCommand implements Callable<Integer> {

    @Option(names = "--seed", paramLabel = "N", required = true, description = "Decides everything about the run.")
    private long seed;

    @Option(
            names = "--in-steps",
            description = "Compare all servers with each other after every event: slower, and the same run.")
    private boolean inSteps;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    RunCommand() {}

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        Plan plan = Plan.of(seed);
        out.println("options: " + plan);
        ClusterRun run = new ClusterRun(plan);
        ClusterRun.Result result = (inSteps ? run.inSteps() : run).run();
        out.println(Findings.line(result));
        result.violation()
                .ifPresent(found ->
                        out.print(Findings.of(new Failure(plan, result.events(), result.simulatedNanos(), found))));
        out.flush();
        return (result.violation().isPresent() ? Verdict.VIOLATION : Verdict.PASSED).exitCode();
    }
}
