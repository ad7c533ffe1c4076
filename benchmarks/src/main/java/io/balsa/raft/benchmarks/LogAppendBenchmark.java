package io.balsa.raft.benchmarks;

import io.balsa.raft.cluster.Member;
import io.balsa.raft.cluster.Membership;
import io.balsa.raft.cluster.NodeId;
import io.balsa.raft.cluster.NodeIdentity;
import io.balsa.raft.storage.EntryKind;
import io.balsa.raft.storage.EntryRun;
import io.balsa.raft.storage.file.FileStorage;
import io.balsa.raft.storage.file.NioDisk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.AuxCounters;
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

/** One batch appended to a log in the temporary directory and synced, and what it takes on the disk. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class LogAppendBenchmark {

    /** How much was written; JMH adds the iterations up, so that only the quotient of the two says something. */
    @State(Scope.Thread)
    @AuxCounters(AuxCounters.Type.EVENTS)
    public static class Written {

        private long entries;
        private long bytes;

        /** Begins anew with each iteration. */
        @Setup(Level.Iteration)
        public void reset() {
            entries = 0;
            bytes = 0;
        }

        /** The entries appended. */
        public long entries() {
            return entries;
        }

        /** All bytes written to the files of the store, with its headers; what is preallocated is not counted. */
        public long bytes() {
            return bytes;
        }
    }

    @Param({"1", "64", "1024"})
    private int batch = 1;

    @Param("256")
    private int payload = 1;

    private List<byte[]> commands = List.of();
    private @Nullable Path directory;
    private @Nullable FileStorage storage;
    private SyncMeter meter = new SyncMeter();
    private long lastIndex;

    /** A new store for each iteration, so that none becomes large. */
    @Setup(Level.Iteration)
    public void open() throws IOException {
        commands = IntStream.range(0, batch).mapToObj(i -> new byte[payload]).toList();
        Path made = Files.createTempDirectory("balsa-log-");
        meter = new SyncMeter();
        FileStorage opened = FileStorage.on(new MeteredDisk(new NioDisk(made), meter));
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
    public long appendAndSync(Written written) {
        if (storage == null) {
            throw new IllegalStateException("not set up");
        }
        storage.append(EntryRun.of(lastIndex + 1, 1, EntryKind.COMMAND, commands));
        storage.sync();
        lastIndex += batch;
        written.entries = lastIndex;
        written.bytes = meter.written();
        return lastIndex;
    }
}
