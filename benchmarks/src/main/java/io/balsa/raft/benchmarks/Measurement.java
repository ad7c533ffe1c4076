package io.balsa.raft.benchmarks;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * One round of one subject at one concurrency.
 *
 * @param values by the names that the report uses, in its order
 */
record Measurement(Subject subject, int concurrency, Map<String, Double> values) {

    static final String THROUGHPUT = "commits/s";
    static final String P50 = "p50 us";
    static final String P99 = "p99 us";
    static final String CPU = "CPU s/million commits";

    /**
     * What was used meanwhile.
     *
     * @param leader the one of the processes in which the load was made
     * @param busySeconds of all processors together, for whomever
     */
    record Usage(List<Counters> processes, Counters leader, double busySeconds) {

        double sum(ToDoubleFunction<Counters> what) {
            return processes.stream().mapToDouble(what).sum();
        }
    }

    static Measurement of(Subject subject, int concurrency, LoadResult load, Usage usage) {
        double cpu = usage.sum(Counters::cpuSeconds);
        double syncs = usage.sum(Counters::syncs);
        Map<String, Double> values = new LinkedHashMap<>();
        values.put(THROUGHPUT, load.commits() / load.seconds());
        values.put(P50, load.p50());
        values.put(P99, load.p99());
        values.put("p99.9 us", load.p999());
        values.put("max us", load.max());
        values.put(CPU, cpu / load.commits() * 1e6);
        values.put("syncs/s, leader", usage.leader().syncs() / load.seconds());
        values.put("syncs/s, all", syncs / load.seconds());
        values.put("commits/sync, leader", load.commits() / usage.leader().syncs());
        values.put("us/sync", usage.sum(Counters::syncSeconds) / syncs * 1e6);
        values.put("collections, all", usage.sum(Counters::collections));
        values.put("collecting ms, all", usage.sum(Counters::collectionSeconds) * 1e3);
        values.put("cores used, all", cpu / load.seconds());
        values.put("cores used by others", Math.max(0, usage.busySeconds() - cpu) / load.seconds());
        return new Measurement(subject, concurrency, values);
    }

    double value(String name) {
        return values.getOrDefault(name, Double.NaN);
    }
}
