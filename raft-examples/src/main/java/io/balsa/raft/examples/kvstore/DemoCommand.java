package io.balsa.raft.examples.kvstore;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code kvstore demo}: shows that the death of a leader loses nothing. */
@Command(
        name = "demo",
        description = "Runs three servers on this machine, kills the leader in the middle of writing, and checks that"
                + " nothing that was acknowledged is lost. Takes about half a minute.")
final class DemoCommand implements Callable<Integer> {

    @Option(names = "--keep", description = "Keep the files of the servers.")
    private boolean keep;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        Path directory = Files.createTempDirectory("balsa-demo-");
        boolean held = false;
        try {
            held = new Demo(directory, line -> {
                        out.println(Ansi.AUTO.string(line));
                        out.flush();
                    })
                    .run();
        } finally {
            if (held && !keep) {
                delete(directory);
            } else {
                out.println("The files and logs of the servers are in " + directory);
            }
        }
        return held ? ExitCode.OK : ExitCode.FAILED;
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> all = Files.walk(directory)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
