package io.balsa.raft.benchmarks;

import io.balsa.raft.cluster.NodeId;
import io.balsa.raft.message.AppendEntries;
import io.balsa.raft.message.Message;
import io.balsa.raft.message.MessageCodec;
import io.balsa.raft.storage.EntryKind;
import io.balsa.raft.storage.EntryRun;
import io.balsa.raft.storage.LogPosition;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** An AppendEntries as bytes and back, and the run of entries in it. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class CodecBenchmark {

    private static final long TERM = 7;
    private static final LogPosition PREVIOUS = new LogPosition(1000, TERM);

    @Param({"1", "64", "1024"})
    private int batch = 1;

    @Param("256")
    private int payload = 1;

    private List<byte[]> commands = List.of();
    private AppendEntries request = request(List.of());
    private byte[] bytes = {};

    private static AppendEntries request(List<EntryRun> runs) {
        return new AppendEntries(TERM, NodeId.of(1), NodeId.of(2), PREVIOUS, runs, 1000);
    }

    /** A request, and its bytes as they come from the network: in one piece. */
    @Setup
    public void fill() {
        commands = IntStream.range(0, batch).mapToObj(i -> new byte[payload]).toList();
        request = request(List.of(encodeRun()));
        List<ByteBuffer> parts = MessageCodec.encode(request);
        ByteBuffer joined = ByteBuffer.allocate(
                parts.stream().mapToInt(ByteBuffer::remaining).sum());
        parts.forEach(joined::put);
        bytes = joined.array();
    }

    /** What a leader does once for each batch. */
    @Benchmark
    public EntryRun encodeRun() {
        return EntryRun.of(PREVIOUS.index() + 1, TERM, EntryKind.COMMAND, commands);
    }

    /** What a leader does for each follower. */
    @Benchmark
    public List<ByteBuffer> encode() {
        return MessageCodec.encode(request);
    }

    /** What a follower does: the checksum of the entries is checked. */
    @Benchmark
    public Message decode() {
        return MessageCodec.decode(ByteBuffer.wrap(bytes));
    }
}
