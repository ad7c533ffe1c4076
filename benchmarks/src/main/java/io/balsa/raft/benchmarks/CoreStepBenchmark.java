package io.balsa.raft.benchmarks;

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

/** From a proposal to its commit, in all three consensus cores together, without threads, sockets or files. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class CoreStepBenchmark {

    @Param({"1", "64", "1024"})
    private int batch = 1;

    @Param("256")
    private int payload = 1;

    private List<byte[]> commands = List.of();
    private CoreTrio cluster = new CoreTrio();

    /** A cluster that has a leader, and commands for it. */
    @Setup
    public void elect() {
        commands = IntStream.range(0, batch).mapToObj(i -> new byte[payload]).toList();
        cluster = new CoreTrio();
    }

    /** One batch. */
    @Benchmark
    public long commit() {
        return cluster.commit(commands);
    }
}
