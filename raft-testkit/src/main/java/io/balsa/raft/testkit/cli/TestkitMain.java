package io.balsa.raft.testkit.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The program {@code raft-testkit.jar}: reads the command line and runs a command. */
@Command(
        name = "raft-testkit",
        description = "Simulates whole Raft clusters, breaks them on purpose, and sees that they keep their promises.",
        mixinStandardHelpOptions = true,
        versionProvider = Surroundings.class,
        scope = ScopeType.INHERIT,
        sortOptions = false,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:nothing was violated, and enough has happened",
            "1:an invariant was violated",
            "2:too little has happened to say so, or the command line is wrong"
        },
        subcommands = {SweepCommand.class, RunCommand.class, ReplayCommand.class, ShrinkCommand.class})
public final class TestkitMain implements Runnable {

    static final int USAGE = 2;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    private TestkitMain() {}

    /** Runs the program and ends the process. */
    public static void main(String[] args) {
        // The core checks itself in assertions: they belong to what a simulation looks at. Before any of it is loaded.
        TestkitMain.class.getClassLoader().setPackageAssertionStatus("io.balsa.raft", true);
        // What nodes log is not asked for here: the story of a run tells more.
        System.setProperty("slf4j.internal.verbosity", "ERROR");
        PrintWriter out = new PrintWriter(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
        System.exit(commandLine().setOut(out).execute(args));
    }

    /** The whole command line, without side effects on the process: for {@link #main} and for tests. */
    static CommandLine commandLine() {
        return new CommandLine(new TestkitMain())
                .setParameterExceptionHandler(TestkitMain::wrongUsage)
                .setExecutionExceptionHandler((failure, command, result) -> failed(failure, command))
                .setExitCodeExceptionMapper(failure -> USAGE);
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "a command is missing");
    }

    private static int wrongUsage(ParameterException failure, String[] args) {
        CommandLine command = failure.getCommandLine();
        say(command, failure, "; see " + command.getCommandSpec().qualifiedName() + " --help");
        return USAGE;
    }

    /** Whoever gives a seed that does not fail to be shrunk, or a file that cannot be read, is told in a sentence. */
    private static int failed(Exception failure, CommandLine command) throws Exception {
        if (!(failure instanceof IllegalArgumentException)) {
            throw failure;
        }
        say(command, failure, "");
        return USAGE;
    }

    private static void say(CommandLine command, Exception failure, String more) {
        String message = Objects.requireNonNullElse(failure.getMessage(), failure.toString());
        PrintWriter err = command.getErr();
        err.println(command.getColorScheme().errorText("raft-testkit: " + message + more));
        err.flush();
    }
}
