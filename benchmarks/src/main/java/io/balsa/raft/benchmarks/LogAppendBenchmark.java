package io.balsa.raft.benchmarks;

import io.balsa.raft.cluster.Member;
import io.balsa.raft.cluster.Membership;
import io.balsa.raft.cluster.NodeId;
import io.balsa.raft.cluster.NodeIdentity;
import io.balsa.raft.storage.EntryKind;
import io.balsa.raft.storage.EntryRun;
import io.balsa.raft.storage.file.FileStorage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** One batch appended to a log in the temporary directory and synced. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class LogAppendBenchmark {

    @Param({"1", "64", "1024"})
    private int batch = 1;

    @Param("256")
    private int payload = 1;

    private List<byte[]> commands = List.of();
    private @Nullable Path directory;
    private @Nullable FileStorage storage;
    private long lastIndex;

    /** A new store for each iteration, so that none becomes large. */
    @Setup(Level.Iteration)
    public void open() throws IOException {
        commands = IntStream.range(0, batch).mapToObj(i -> new byte[payload]).toList();
        Path made = Files.createTempDirectory("balsa-log-");
        FileStorage opened = FileStorage.open(made);
        Membership alone = Membership.ofVoters(List.of(Member.of(1, "http://127.0.0.1:1")));
        opened.open(new NodeIdentity("benchmark", NodeId.of(1), 1), alone);
        directory = made;
        storage = opened;
        lastIndex = 0;
    }

    /** Closes the store and deletes it. */
    @TearDown(Level.Iteration)
    public void delete() {
        if (storage != null) {
            storage.close();
        }
        if (directory != null) {
            Directories.delete(directory);
        }
    }

    /** One run, one sync. */
    @Benchmark
    public long appendAndSync() {
        if (storage == null) {
            throw new IllegalStateException("not set up");
        }
        storage.append(EntryRun.of(lastIndex + 1, 1, EntryKind.COMMAND, commands));
        storage.sync();
        lastIndex += batch;
        return lastIndex;
    }
}
