package io.balsa.raft.benchmarks;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** The processes of one subject. They live as long as the benchmark, so that all rounds but the first find them warm. */
final class ProcessGroup implements AutoCloseable {

    private static final long LEADER_SECONDS = 60;
    private static final long ASK_MILLIS = 100;

    private final Subject subject;
    private final List<ChildProcess> processes = new ArrayList<>();

    ProcessGroup(Subject subject, List<Integer> ports, Path dir, List<String> jvm) throws IOException {
        this.subject = subject;
        String allPorts = ports.stream().map(String::valueOf).collect(Collectors.joining(","));
        for (int id = 1; id <= ports.size(); id++) {
            String name = subject.label() + "-" + id;
            processes.add(new ChildProcess(
                    name,
                    jvm,
                    List.of(
                            "--subject", subject.label(),
                            "--id", String.valueOf(id),
                            "--ports", allPorts,
                            "--dir", dir.resolve(name).toString())));
        }
    }

    Subject subject() {
        return subject;
    }

    /**
     * Loads the group, and measures after the warm-up.
     *
     * @throws IllegalStateException if a command failed: then there is nothing to be learned from this round
     */
    Measurement measure(int concurrency, ClusterOptions options) throws IOException, InterruptedException {
        ChildProcess leader = awaitLeader();
        leader.ask("start " + concurrency + " " + options.payloadBytes());
        TimeUnit.SECONDS.sleep(options.warmupSeconds());
        Machine machine = Machine.look();
        List<Counters> before = counters();
        leader.ask("begin");
        TimeUnit.SECONDS.sleep(options.seconds());
        LoadResult load = LoadResult.ofLine(leader.ask("end"));
        List<Counters> after = counters();
        double busySeconds = Machine.look().busySeconds() - machine.busySeconds();
        leader.ask("stop");
        List<Counters> used = new ArrayList<>();
        for (int i = 0; i < after.size(); i++) {
            used.add(after.get(i).minus(before.get(i)));
        }
        Measurement.Usage usage = new Measurement.Usage(used, used.get(processes.indexOf(leader)), busySeconds);
        return Measurement.of(subject, concurrency, load, usage);
    }

    private List<Counters> counters() throws IOException {
        List<Counters> counters = new ArrayList<>();
        for (ChildProcess process : processes) {
            counters.add(Counters.ofLine(process.ask("counters")));
        }
        return counters;
    }

    private ChildProcess awaitLeader() throws IOException, InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(LEADER_SECONDS);
        while (System.nanoTime() - deadline < 0) {
            for (ChildProcess process : processes) {
                if (Boolean.parseBoolean(process.ask("leads"))) {
                    return process;
                }
            }
            TimeUnit.MILLISECONDS.sleep(ASK_MILLIS);
        }
        throw new IOException(subject.label() + " has had no leader for " + LEADER_SECONDS + " seconds");
    }

    @Override
    public void close() {
        processes.forEach(ChildProcess::close);
    }
}
