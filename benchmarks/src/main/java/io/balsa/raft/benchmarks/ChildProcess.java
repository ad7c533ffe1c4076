package io.balsa.raft.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A process under test, as its parent talks to it. For one thread. */
final class ChildProcess implements AutoCloseable {

    private static final long QUIT_SECONDS = 10;

    private final String name;
    private final Process process;
    private final Writer to;
    private final BufferedReader from;

    /**
     * Starts a process.
     *
     * @param jvm flags, in which {@code {name}} stands for the name
     * @param arguments of the subcommand {@code node}
     */
    ChildProcess(String name, List<String> jvm, List<String> arguments) throws IOException {
        this.name = name;
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        jvm.forEach(flag -> command.add(flag.replace("{name}", name)));
        command.addAll(List.of("-cp", classPath(), Benchmarks.class.getName(), "node"));
        command.addAll(arguments);
        process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        to = process.outputWriter(StandardCharsets.UTF_8);
        from = process.inputReader(StandardCharsets.UTF_8);
    }

    /** The very jar that runs now, or the directories it was built from. */
    private static String classPath() throws IOException {
        try {
            Path code = Path.of(Benchmarks.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
            return code.toString().endsWith(".jar") ? code.toString() : System.getProperty("java.class.path");
        } catch (URISyntaxException e) {
            throw new IOException("where the program lies cannot be told", e);
        }
    }

    /**
     * Asks, and waits for the answer.
     *
     * @throws IllegalStateException if the answer is that something went wrong
     * @throws IOException if the process is gone
     */
    String ask(String question) throws IOException {
        to.write(question + "\n");
        to.flush();
        for (String line = from.readLine(); line != null; line = from.readLine()) {
            if (line.startsWith(NodeProcess.ANSWER + "ok ")) {
                return line.substring(NodeProcess.ANSWER.length() + 3);
            }
            if (line.startsWith(NodeProcess.ANSWER)) {
                throw new IllegalStateException(name + ": " + line.substring(NodeProcess.ANSWER.length()));
            }
            System.err.println(name + ": " + line);
        }
        throw new IOException(name + " has ended before it answered \"" + question + "\"");
    }

    @Override
    public void close() {
        try {
            to.write("quit\n");
            to.flush();
            if (process.waitFor(QUIT_SECONDS, TimeUnit.SECONDS)) {
                return;
            }
        } catch (IOException e) {
            // It is gone already, or as good as gone.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        process.destroyForcibly();
    }
}
