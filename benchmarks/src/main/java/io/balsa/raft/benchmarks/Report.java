package io.balsa.raft.benchmarks;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Medians over the rounds, and what the library needs or yields in relation to null replication. */
final class Report {

    /** What a ratio says something about. */
    private static final Set<String> COMPARED =
            Set.of(Measurement.THROUGHPUT, Measurement.P50, Measurement.P99, Measurement.CPU);

    private final List<Measurement> measurements;
    private final ClusterOptions options;

    Report(List<Measurement> measurements, ClusterOptions options) {
        this.measurements = measurements;
        this.options = options;
    }

    /** One measurement in short. */
    static String line(int round, Measurement measured) {
        return String.format(
                Locale.ROOT,
                "round %d  %-16s  C=%-5d %10.0f/s  p50 %8.0f us  p99 %8.0f us  others used %.1f cores",
                round,
                measured.subject().label(),
                measured.concurrency(),
                measured.value(Measurement.THROUGHPUT),
                measured.value(Measurement.P50),
                measured.value(Measurement.P99),
                measured.value("cores used by others"));
    }

    /** For people. */
    String table() {
        StringBuilder out = new StringBuilder();
        for (int concurrency : options.concurrency()) {
            out.append(String.format(Locale.ROOT, "%-24s", "medians, C=" + concurrency));
            options.subjects().forEach(subject -> out.append(String.format(Locale.ROOT, " %16s", subject.label())));
            out.append(hasRatio() ? "       ratio\n" : "\n");
            for (String name : names()) {
                out.append(String.format(Locale.ROOT, "  %-22s", name));
                for (Subject subject : options.subjects()) {
                    out.append(String.format(Locale.ROOT, " %16.1f", median(subject, concurrency, name)));
                }
                if (hasRatio() && COMPARED.contains(name)) {
                    out.append(String.format(Locale.ROOT, " %11.2f", ratio(concurrency, name)));
                }
                out.append('\n');
            }
            out.append('\n');
        }
        return out.toString();
    }

    /** For programs: every round, the medians and the ratios. */
    String json() {
        String rounds = measurements.stream()
                .map(measured -> "    {\"subject\": \"" + measured.subject().label() + "\", \"concurrency\": "
                        + measured.concurrency() + ", " + members(measured.values()) + "}")
                .collect(Collectors.joining(",\n"));
        String medians = options.concurrency().stream()
                .flatMap(concurrency -> options.subjects().stream()
                        .map(subject -> "    {\"subject\": \"" + subject.label() + "\", \"concurrency\": " + concurrency
                                + ", " + members(medians(subject, concurrency)) + "}"))
                .collect(Collectors.joining(",\n"));
        String ratios = options.concurrency().stream()
                .map(concurrency -> "    {\"concurrency\": " + concurrency + ", " + members(ratios(concurrency)) + "}")
                .collect(Collectors.joining(",\n"));
        return "{\n  \"machine\": \"" + Machine.facts() + "\",\n  \"payloadBytes\": " + options.payloadBytes()
                + ",\n  \"seconds\": " + options.seconds() + ",\n  \"warmupSeconds\": " + options.warmupSeconds()
                + ",\n  \"rounds\": [\n" + rounds + "\n  ],\n  \"medians\": [\n" + medians + "\n  ]"
                + (hasRatio() ? ",\n  \"balsa / null-replication\": [\n" + ratios + "\n  ]" : "") + "\n}\n";
    }

    private static String members(Map<String, Double> values) {
        return values.entrySet().stream()
                .map(value -> "\"" + value.getKey() + "\": " + number(value.getValue()))
                .collect(Collectors.joining(", "));
    }

    /** JSON knows no infinity, and nothing that is not a number. */
    private static String number(double value) {
        return Double.isFinite(value) ? String.format(Locale.ROOT, "%.3f", value) : "null";
    }

    private boolean hasRatio() {
        return options.subjects().containsAll(List.of(Subject.BALSA, Subject.NULL_REPLICATION));
    }

    private double ratio(int concurrency, String name) {
        return median(Subject.BALSA, concurrency, name) / median(Subject.NULL_REPLICATION, concurrency, name);
    }

    private Map<String, Double> ratios(int concurrency) {
        return COMPARED.stream()
                .sorted()
                .collect(Collectors.toMap(
                        name -> name, name -> ratio(concurrency, name), (a, b) -> a, LinkedHashMap::new));
    }

    private Map<String, Double> medians(Subject subject, int concurrency) {
        return names().stream()
                .collect(Collectors.toMap(
                        name -> name, name -> median(subject, concurrency, name), (a, b) -> a, LinkedHashMap::new));
    }

    private List<String> names() {
        return List.copyOf(measurements.get(0).values().keySet());
    }

    private double median(Subject subject, int concurrency, String name) {
        double[] sorted = measurements.stream()
                .filter(measured -> measured.subject() == subject && measured.concurrency() == concurrency)
                .mapToDouble(measured -> measured.value(name))
                .sorted()
                .toArray();
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1
                ? sorted[middle]
                : Arrays.stream(sorted, middle - 1, middle + 1).average().orElse(Double.NaN);
    }
}
