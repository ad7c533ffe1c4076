package io.balsa.raft.examples.kvstore;

import io.balsa.raft.Outcome;
import io.balsa.raft.storage.StorageException;
import io.balsa.raft.transport.TransportException;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The program {@code kvstore.jar}: reads the command line, runs a command, and turns failures into one sentence. */
@Command(
        name = "kvstore",
        description = "A replicated key-value store, the example of the Balsa Raft library.",
        mixinStandardHelpOptions = true,
        version = "kvstore, part of Balsa 0.1.0",
        scope = ScopeType.INHERIT,
        sortOptions = false,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:done",
            "1:failed, nothing was changed, or a key was absent or held something else",
            "2:the command line is wrong",
            "3:a write or change may or may not have happened"
        },
        subcommands = {
            ServerCommand.class,
            ClientCommands.Put.class,
            ClientCommands.Get.class,
            ClientCommands.Delete.class,
            ClientCommands.Cas.class,
            StatusCommand.class,
            MembersCommand.class,
            AdminCommands.Add.class,
            AdminCommands.Remove.class,
            AdminCommands.Promote.class,
            AdminCommands.Demote.class,
            AdminCommands.Replace.class,
            AdminCommands.Readdress.class,
            AdminCommands.Prioritize.class,
            AdminCommands.Transfer.class,
            AdminCommands.Snapshot.class,
            LogCommand.class,
            ForceMembershipCommand.class,
            DemoCommand.class
        })
public final class KvStoreMain implements Runnable {

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    private KvStoreMain() {}

    /** Runs the program and ends the process. */
    public static void main(String[] args) {
        // Read once, when the first server of the JDK is made: without it each reply waits 40 ms for an
        // acknowledgement.
        System.setProperty("sun.net.httpserver.nodelay", "true");
        PrintWriter out = new PrintWriter(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
        System.exit(commandLine().setOut(out).execute(args));
    }

    /** The whole command line, without side effects on the process: for {@link #main} and for tests. */
    static CommandLine commandLine() {
        return prepared(new CommandLine(new KvStoreMain()));
    }

    /** How every command line of this program reads values and tells failures. */
    static CommandLine prepared(CommandLine commandLine) {
        return commandLine
                .registerConverter(Duration.class, Durations::parse)
                .registerConverter(HostPort.class, text -> parsed(() -> HostPort.parse(text)))
                .setExitCodeExceptionMapper(KvStoreMain::exitCodeOf)
                .setParameterExceptionHandler(KvStoreMain::wrongUsage)
                .setExecutionExceptionHandler((failure, command, result) -> failed(failure, command));
    }

    @Option(names = "--verbose", description = "Log what happens, to standard error.", scope = ScopeType.INHERIT)
    void verbose(boolean verbose) {
        // Read by logback.xml when the first logger is made, which is after the command line was read.
        if (verbose) {
            System.setProperty("kvstore.log.level", "INFO");
        }
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "a command is missing");
    }

    /** Makes picocli show the message of a wrong value as it is. */
    static <T> T parsed(java.util.function.Supplier<T> parser) {
        try {
            return parser.get();
        } catch (IllegalArgumentException e) {
            throw new CommandLine.TypeConversionException(String.valueOf(e.getMessage()));
        }
    }

    private static int wrongUsage(ParameterException failure, String[] args) {
        CommandLine command = failure.getCommandLine();
        say(command, failure, "; see " + command.getCommandSpec().qualifiedName() + " --help");
        return ExitCode.USAGE;
    }

    private static int failed(Exception failure, CommandLine command) {
        if (!isExpected(failure)) {
            LoggerFactory.getLogger(KvStoreMain.class).info("The command failed", failure); // shown by --verbose
        }
        say(command, failure, "");
        return exitCodeOf(failure);
    }

    private static boolean isExpected(Exception failure) {
        return failure instanceof CommandFailure
                || failure instanceof KvClientException
                || failure instanceof StorageException
                || failure instanceof TransportException
                || failure instanceof IllegalArgumentException;
    }

    private static int exitCodeOf(Throwable failure) {
        if (failure instanceof CommandFailure known) {
            return known.exitCode();
        }
        if (failure instanceof KvClientException client && client.outcome() == Outcome.UNKNOWN) {
            return ExitCode.OUTCOME_UNKNOWN;
        }
        return failure instanceof IllegalArgumentException ? ExitCode.USAGE : ExitCode.FAILED;
    }

    private static void say(CommandLine command, Exception failure, String more) {
        String message = Objects.requireNonNullElse(failure.getMessage(), failure.toString());
        String line = message.strip().replaceAll(":\\s*\\R\\s*", ": ").replaceAll("\\s*\\R\\s*", "; ");
        PrintWriter err = command.getErr();
        err.println(command.getColorScheme().errorText("kvstore: " + line + more));
        err.flush();
    }
}
