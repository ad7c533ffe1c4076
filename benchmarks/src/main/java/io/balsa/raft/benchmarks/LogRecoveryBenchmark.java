package io.balsa.raft.benchmarks;

import io.balsa.raft.cluster.Member;
import io.balsa.raft.cluster.Membership;
import io.balsa.raft.cluster.NodeId;
import io.balsa.raft.cluster.NodeIdentity;
import io.balsa.raft.storage.EntryKind;
import io.balsa.raft.storage.EntryRun;
import io.balsa.raft.storage.file.FileStorage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
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

/**
 * A long log opened, each record of it checked, beside the yardstick: its files read once, and nothing done with what was read.
 * The files are in the page cache for both.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(1)
@Warmup(iterations = 3)
@Measurement(iterations = 10)
public class LogRecoveryBenchmark {

    private static final int READ_BYTES = 1 << 20;
    private static final NodeIdentity IDENTITY = new NodeIdentity("benchmark", NodeId.of(1), 1);

    @Param("1000000")
    private int entries = 1;

    @Param({"16", "1024"})
    private int batch = 1;

    @Param("256")
    private int payload = 1;

    private final Membership alone = Membership.ofVoters(List.of(Member.of(1, "http://127.0.0.1:1")));
    private @Nullable Path directory;

    /** Writes the log, once. */
    @Setup(Level.Trial)
    public void write() throws IOException {
        Path made = Files.createTempDirectory("balsa-recovery-");
        directory = made;
        List<byte[]> commands =
                IntStream.range(0, batch).mapToObj(i -> new byte[payload]).toList();
        FileStorage storage = FileStorage.open(made);
        storage.open(IDENTITY, alone);
        for (int written = 0; written < entries; ) {
            List<byte[]> run = commands.subList(0, Math.min(batch, entries - written));
            storage.append(EntryRun.of(written + 1, 1, EntryKind.COMMAND, run));
            written += run.size();
        }
        storage.sync();
        storage.close();
    }

    /** Deletes the log. */
    @TearDown(Level.Trial)
    public void delete() {
        if (directory != null) {
            Directories.delete(directory);
        }
    }

    /** Opens the log, and closes it again. */
    @Benchmark
    public long open() {
        FileStorage storage = FileStorage.open(directory());
        long last = storage.open(IDENTITY, alone).last().index();
        storage.close();
        if (last != entries) {
            throw new IllegalStateException("opened with " + last + " entries");
        }
        return last;
    }

    /** Reads all files once. */
    @Benchmark
    public long readFiles() throws IOException {
        ByteBuffer buffer = ByteBuffer.allocateDirect(READ_BYTES);
        long bytes = 0;
        try (Stream<Path> files = Files.list(directory())) {
            for (Path file : files.toList()) {
                try (FileChannel channel = FileChannel.open(file)) {
                    for (int read = 0; read >= 0; read = channel.read(buffer.clear())) {
                        bytes += read;
                    }
                }
            }
        }
        return bytes;
    }

    private Path directory() {
        if (directory == null) {
            throw new IllegalStateException("not set up");
        }
        return directory;
    }
}
