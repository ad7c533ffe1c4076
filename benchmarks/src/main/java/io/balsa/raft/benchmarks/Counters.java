package io.balsa.raft.benchmarks;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;

/** What a process has used since it started. */
record Counters(double cpuSeconds, double syncs, double syncSeconds, double collections, double collectionSeconds) {

    static Counters ofThisProcess(SyncMeter meter) {
        double collections = 0;
        double millis = 0;
        for (GarbageCollectorMXBean collector : ManagementFactory.getGarbageCollectorMXBeans()) {
            collections += Math.max(0, collector.getCollectionCount());
            millis += Math.max(0, collector.getCollectionTime());
        }
        OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
        return new Counters(
                system.getProcessCpuTime() / 1e9, meter.count(), meter.nanos() / 1e9, collections, millis / 1e3);
    }

    Counters minus(Counters earlier) {
        return new Counters(
                cpuSeconds - earlier.cpuSeconds,
                syncs - earlier.syncs,
                syncSeconds - earlier.syncSeconds,
                collections - earlier.collections,
                collectionSeconds - earlier.collectionSeconds);
    }

    String toLine() {
        return LoadResult.Line.of(cpuSeconds, syncs, syncSeconds, collections, collectionSeconds);
    }

    static Counters ofLine(String line) {
        double[] numbers = LoadResult.Line.numbers(line, 5);
        return new Counters(numbers[0], numbers[1], numbers[2], numbers[3], numbers[4]);
    }
}
