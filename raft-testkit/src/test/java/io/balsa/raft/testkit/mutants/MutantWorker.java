package io.balsa.raft.testkit.mutants;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.function.LongFunction;

/**
 * A process of its own that tries seeds, so that a mutant that spins or eats all memory can be ended. Each line that it
 * reads is a folder of classes, the first seed and how many; for each seed it writes a line, up to the first one that is
 * not green.
 */
final class MutantWorker {

    private MutantWorker() {}

    /** Works until its input ends. */
    public static void main(String[] arguments) throws IOException {
        // Whoever asked is gone: nobody else would end a mutant that spins.
        ProcessHandle.current().parent().ifPresent(asking -> {
            var unused = asking.onExit().thenRun(() -> Runtime.getRuntime().halt(1));
        });
        PrintStream out = System.out;
        System.setOut(System.err); // nothing else may get into the answers
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            String[] request = line.split("\t", -1);
            try (FolderFirstLoader loader = new FolderFirstLoader(Path.of(request[0]))) {
                search(loader.trial(ClusterTrial.class), Long.parseLong(request[1]), Long.parseLong(request[2]), out);
            }
        }
    }

    private static void search(LongFunction<String> trial, long from, long count, PrintStream out) {
        boolean green = true;
        for (long seed = from; green && seed - from < count; seed++) {
            String verdict = trial.apply(seed);
            green = verdict.isEmpty();
            out.println(seed + "\t" + verdict.replaceAll("[\\r\\n]+", " "));
            out.flush();
        }
    }
}
