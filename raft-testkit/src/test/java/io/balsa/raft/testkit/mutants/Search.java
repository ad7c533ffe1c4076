package io.balsa.raft.testkit.mutants;

import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Looks for a seed that kills a mutant, in a {@link MutantWorker}, which is replaced when it hangs. For one thread. */
final class Search implements Closeable {

    /**
     * A mutant was noticed.
     *
     * @param seed by the run of which
     * @param seeds how many were tried, this one included
     * @param invariant which was violated; {@link #HUNG} if the run did not end
     */
    record Kill(long seed, long seeds, String invariant, String message) {}

    /** In the place of an invariant: no end within {@link #SECONDS_OF_A_SEED}. */
    static final String HUNG = "hung";

    /** How long a seed may take before it counts as hung; a healthy one takes about one. */
    static final int SECONDS_OF_A_SEED = Integer.getInteger("mutants.hung", 60);

    private static final String END = "";

    private final Path errors;
    private final boolean assertions;
    private Optional<Process> worker = Optional.empty();
    private LinkedBlockingQueue<String> answers = new LinkedBlockingQueue<>();

    /** A search whose workers write their errors to this file. */
    Search(Path errors, boolean assertions) {
        this.errors = errors;
        this.assertions = assertions;
    }

    /** The first of these seeds that kills the mutant with these classes. */
    Optional<Kill> search(Path classes, long from, long count) {
        try {
            Process process = worker();
            Writer requests = new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8);
            requests.write(classes.toAbsolutePath() + "\t" + from + "\t" + count + "\n");
            requests.flush();
            for (long seed = from; seed - from < count; seed++) {
                String answer = answers.poll(SECONDS_OF_A_SEED, TimeUnit.SECONDS);
                if (answer == null || answer.equals(END)) {
                    close();
                    String what = answer == null ? "no end after " + SECONDS_OF_A_SEED + " s" : "the process has died";
                    return Optional.of(new Kill(seed, seed - from + 1, answer == null ? HUNG : "A1", what));
                }
                String[] parts = answer.split("\t", 3);
                if (parts.length == 3) {
                    return Optional.of(new Kill(seed, seed - from + 1, parts[1], parts[2]));
                }
            }
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    private Process worker() throws IOException {
        Optional<Process> running = worker.filter(Process::isAlive);
        if (running.isPresent()) {
            return running.get();
        }
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        command.addAll(List.of("-XX:+UseSerialGC", "-Xmx768m"));
        if (!MutantFarm.LONG) {
            command.add("-XX:TieredStopAtLevel=1"); // for a few seeds, better code is not worth its making
        }
        command.add(assertions ? "-ea" : "-da");
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), MutantWorker.class.getName()));
        Files.createDirectories(errors.resolveSibling("."));
        Process started = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.appendTo(errors.toFile()))
                .start();
        LinkedBlockingQueue<String> fresh = new LinkedBlockingQueue<>();
        Thread reader = new Thread(() -> read(started, fresh), "answers of a worker");
        reader.setDaemon(true);
        reader.start();
        answers = fresh;
        worker = Optional.of(started);
        return started;
    }

    private static void read(Process process, LinkedBlockingQueue<String> answers) {
        try (BufferedReader in =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            in.lines().forEach(answers::add);
        } catch (IOException | UncheckedIOException e) {
            answers.add(END); // it was ended while it spoke
            return;
        }
        answers.add(END);
    }

    @Override
    public void close() {
        worker.ifPresent(Process::destroyForcibly);
        worker = Optional.empty();
    }
}
