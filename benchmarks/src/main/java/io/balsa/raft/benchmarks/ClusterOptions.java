package io.balsa.raft.benchmarks;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What the whole-cluster benchmark is to do.
 *
 * @param warmupSeconds before each measurement
 * @param dir where the files go
 * @param jvm flags for the processes under test
 */
record ClusterOptions(
        List<Subject> subjects,
        int seconds,
        int warmupSeconds,
        int payloadBytes,
        List<Integer> concurrency,
        int rounds,
        Optional<Path> dir,
        Optional<Path> json,
        List<String> jvm) {

    private static final Set<String> NAMES =
            Set.of("subjects", "seconds", "warmup", "payload", "concurrency", "rounds", "dir", "json", "jvm");

    static ClusterOptions parse(List<String> words) {
        Arguments arguments = Arguments.parse(words).allowOnly(NAMES);
        return new ClusterOptions(
                List.of(arguments
                                .find("subjects")
                                .orElse("balsa,null-replication")
                                .split(",", -1))
                        .stream()
                        .map(Subject::of)
                        .toList(),
                arguments.number("seconds", 5, 1),
                arguments.number("warmup", 3, 0),
                arguments.number("payload", 256, 1),
                arguments.numbers("concurrency", List.of(1, 64, 1024), 1),
                arguments.number("rounds", 3, 1),
                arguments.find("dir").map(Path::of),
                arguments.find("json").map(Path::of),
                arguments
                        .find("jvm")
                        .map(flags -> List.of(flags.split(" +", -1)))
                        .orElse(List.of()));
    }
}
