package io.balsa.raft.benchmarks;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * The same work done by all subjects in turn, round by round, so that whatever else the machine does meets all of them
 * alike. A subject's processes idle while another's are measured.
 */
final class ClusterBenchmark {

    private static final int MAX_TRIES = 3;

    private final ClusterOptions options;
    private final List<Measurement> measurements = new ArrayList<>();

    ClusterBenchmark(ClusterOptions options) {
        this.options = options;
    }

    void run() throws IOException {
        Path parent = options.dir().orElse(Path.of(System.getProperty("java.io.tmpdir")));
        Files.createDirectories(parent);
        Path dir = Files.createTempDirectory(parent, "balsa-benchmark-");
        List<ProcessGroup> groups = new ArrayList<>();
        // Also after Ctrl-C: the files may be many gigabytes.
        Thread cleanUp = new Thread(() -> {
            groups.forEach(ProcessGroup::close);
            Directories.delete(dir);
        });
        Runtime.getRuntime().addShutdownHook(cleanUp);
        System.out.println("machine: " + Machine.facts());
        System.out.println("work: commands of " + options.payloadBytes() + " bytes, closed loop, " + options.rounds()
                + " rounds of " + options.seconds() + " s after " + options.warmupSeconds()
                + " s of warm-up, interleaved"
                + (options.jvm().isEmpty() ? "" : ", flags " + options.jvm()));
        for (Subject subject : options.subjects()) {
            groups.add(new ProcessGroup(subject, freePorts(subject.processes()), dir, options.jvm()));
        }
        try {
            // Not counted: the compilers of all processes are still at work.
            for (ProcessGroup group : groups) {
                measure(group, 0, Collections.max(options.concurrency()));
            }
            measurements.clear();
            for (int round = 1; round <= options.rounds(); round++) {
                for (int concurrency : options.concurrency()) {
                    for (ProcessGroup group : groups) {
                        measure(group, round, concurrency);
                    }
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        report();
    }

    private void measure(ProcessGroup group, int round, int concurrency) throws IOException, InterruptedException {
        Optional<Measurement> measured = Optional.empty();
        for (int attempt = 1; measured.isEmpty(); attempt++) {
            try {
                measured = Optional.of(group.measure(concurrency, options));
            } catch (IllegalStateException e) {
                System.err.println(
                        "round " + round + " of " + group.subject().label() + " is repeated: " + e.getMessage());
                if (attempt == MAX_TRIES) {
                    throw e;
                }
            }
        }
        measurements.add(measured.get());
        System.out.println(Report.line(round, measured.get()));
    }

    private void report() throws IOException {
        Report report = new Report(measurements, options);
        System.out.println();
        System.out.print(report.table());
        if (options.json().isPresent()) {
            Files.writeString(options.json().get(), report.json());
        }
    }

    /** Somebody else may take one before our process does; then that process says so and ends. */
    private static List<Integer> freePorts(int count) throws IOException {
        List<ServerSocket> sockets = new ArrayList<>();
        List<Integer> ports = new ArrayList<>();
        try {
            for (int i = 0; i < count; i++) {
                ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                sockets.add(socket);
                ports.add(socket.getLocalPort());
            }
        } finally {
            for (ServerSocket socket : sockets) {
                socket.close();
            }
        }
        return ports;
    }
}
