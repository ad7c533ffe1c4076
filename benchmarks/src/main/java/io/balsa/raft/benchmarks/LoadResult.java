package io.balsa.raft.benchmarks;

import java.util.Arrays;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;

/** What users saw, latencies in microseconds. */
record LoadResult(double commits, double seconds, double p50, double p99, double p999, double max) {

    String toLine() {
        return Line.of(commits, seconds, p50, p99, p999, max);
    }

    static LoadResult ofLine(String line) {
        double[] numbers = Line.numbers(line, 6);
        return new LoadResult(numbers[0], numbers[1], numbers[2], numbers[3], numbers[4], numbers[5]);
    }

    /** Numbers in a line of text. */
    static final class Line {

        private Line() {}

        static String of(double... numbers) {
            return DoubleStream.of(numbers).mapToObj(Double::toString).collect(Collectors.joining(" "));
        }

        static double[] numbers(String line, int count) {
            double[] numbers = Arrays.stream(line.split(" ", -1))
                    .mapToDouble(Double::parseDouble)
                    .toArray();
            if (numbers.length != count) {
                throw new IllegalStateException("expected " + count + " numbers, not: " + line);
            }
            return numbers;
        }
    }
}
