package io.balsa.raft.testkit.sweep;

import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.raft.testkit.coverage.Counter;
import io.balsa.raft.testkit.mutants.ClusterTrial;
import io.balsa.raft.testkit.mutants.FolderFirstLoader;
import java.io.IOException;
import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongFunction;
import java.util.stream.Stream;
import org.jacoco.core.analysis.Analyzer;
import org.jacoco.core.analysis.CoverageBuilder;
import org.jacoco.core.analysis.IClassCoverage;
import org.jacoco.core.analysis.ICounter;
import org.jacoco.core.data.ExecutionDataStore;
import org.jacoco.core.data.SessionInfoStore;
import org.jacoco.core.instr.Instrumenter;
import org.jacoco.core.runtime.IRuntime;
import org.jacoco.core.runtime.LoggerRuntime;
import org.jacoco.core.runtime.RuntimeData;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("The branches of the consensus core")
class BranchCoverageTest {

    private static final String CORE = "io/balsa/raft/core";

    private static final Path SOURCES = Path.of("..", "raft-core", "src", "main", "java");

    private static final long SEEDS = Long.getLong("branches.seeds", 600);

    /** For a whole sweep; fewer seeds see less. */
    private static final double FLOOR = SEEDS >= Counter.SEEDS ? 0.95 : 0.93;

    private static final long FROM =
            Long.getLong("branches.from", Math.floorMod(new SecureRandom().nextLong(), 1L << 40));

    /** The runtime's probes are log records of a logger that nobody else knows. */
    private final IRuntime runtime = new LoggerRuntime();

    private final RuntimeData data = new RuntimeData();

    @TempDir
    private Path folder;

    @Test
    @DisplayName("are all but a few taken by a sweep, and it is said which are not")
    void areTaken() throws Exception {
        System.out.printf("-Dbranches.from=%d -Dbranches.seeds=%d%n", FROM, SEEDS);
        Map<String, byte[]> classes = classesOfTheCore();
        instrument(classes);
        runtime.startup(data);
        try {
            run();
        } finally {
            runtime.shutdown();
        }

        Tally tally = tally(classes);

        System.out.printf("branches of %s: %d of %d taken%n", CORE, tally.taken, tally.all);
        tally.missed.forEach(System.out::println);
        assertThat(tally.all).as("branches").isGreaterThan(500);
        assertThat(tally.taken / (double) tally.all).isGreaterThanOrEqualTo(FLOOR);
    }

    private void run() {
        try (FolderFirstLoader loader = new FolderFirstLoader(folder)) {
            // Assertions are branches as well, whose other side is a bug; so they are neither run nor counted.
            loader.setDefaultAssertionStatus(false);
            LongFunction<String> trial = loader.trial(ClusterTrial.class);
            for (long seed = FROM; seed < FROM + SEEDS; seed++) {
                assertThat(trial.apply(seed)).as("seed %d", seed).isEmpty();
            }
        }
    }

    private static Map<String, byte[]> classesOfTheCore() throws Exception {
        URI place = Class.forName("io.balsa.raft.RaftNode")
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI();
        Path path = Path.of(place);
        if (Files.isDirectory(path)) {
            return classesBelow(path.resolve(CORE));
        }
        try (FileSystem jar = FileSystems.newFileSystem(path)) {
            return classesBelow(jar.getPath(CORE));
        }
    }

    private static Map<String, byte[]> classesBelow(Path start) throws IOException {
        Map<String, byte[]> found = new TreeMap<>();
        try (Stream<Path> files = Files.list(start)) {
            for (Path file : files.toList()) {
                String name = file.getFileName().toString();
                if (name.endsWith(".class") && !name.equals("package-info.class")) {
                    found.put(CORE + "/" + name, Files.readAllBytes(file));
                }
            }
        }
        return found;
    }

    private void instrument(Map<String, byte[]> classes) throws IOException {
        Instrumenter instrumenter = new Instrumenter(runtime);
        Files.createDirectories(folder.resolve(CORE));
        for (Map.Entry<String, byte[]> each : classes.entrySet()) {
            Files.write(folder.resolve(each.getKey()), instrumenter.instrument(each.getValue(), each.getKey()));
        }
    }

    private Tally tally(Map<String, byte[]> classes) throws IOException {
        ExecutionDataStore executed = new ExecutionDataStore();
        data.collect(executed, new SessionInfoStore(), false);
        CoverageBuilder builder = new CoverageBuilder();
        Analyzer analyzer = new Analyzer(executed, builder);
        for (Map.Entry<String, byte[]> each : classes.entrySet()) {
            analyzer.analyzeClass(each.getValue(), each.getKey());
        }
        Tally tally = new Tally();
        for (IClassCoverage each : builder.getClasses()) {
            tally.add(each);
        }
        return tally;
    }

    /** Counts what is no assertion. */
    private static final class Tally {

        private final List<String> missed = new ArrayList<>();
        private int taken;
        private int all;

        void add(IClassCoverage each) throws IOException {
            if (each.getName().equals(CORE + "/Invariants")) {
                return; // nothing but assertions
            }
            List<String> source =
                    Files.readAllLines(SOURCES.resolve(each.getPackageName()).resolve(each.getSourceFileName()));
            for (int line = each.getFirstLine(); line > 0 && line <= each.getLastLine(); line++) {
                ICounter branches = each.getLine(line).getBranchCounter();
                if (branches.getTotalCount() > 0 && !isAssertion(source, line)) {
                    taken += branches.getCoveredCount();
                    all += branches.getTotalCount();
                    if (branches.getMissedCount() > 0) {
                        missed.add("%s:%d missed %d of %d: %s"
                                .formatted(
                                        each.getSourceFileName(),
                                        line,
                                        branches.getMissedCount(),
                                        branches.getTotalCount(),
                                        source.get(line - 1).strip()));
                    }
                }
            }
        }

        /** Nor is the other side of a check to be taken after which the server stops because of a bug. */
        private static boolean isAssertion(List<String> source, int line) {
            return source.get(line - 1).strip().startsWith("assert ")
                    || source.get(line).strip().startsWith("throw new SafetyViolation(");
        }
    }
}
