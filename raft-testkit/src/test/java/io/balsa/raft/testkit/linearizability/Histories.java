package io.balsa.raft.testkit.linearizability;

import io.balsa.raft.testkit.linearizability.RegisterModel.Cas;
import io.balsa.raft.testkit.linearizability.RegisterModel.Delete;
import io.balsa.raft.testkit.linearizability.RegisterModel.Done;
import io.balsa.raft.testkit.linearizability.RegisterModel.Get;
import io.balsa.raft.testkit.linearizability.RegisterModel.Input;
import io.balsa.raft.testkit.linearizability.RegisterModel.Output;
import io.balsa.raft.testkit.linearizability.RegisterModel.Put;
import io.balsa.raft.testkit.linearizability.RegisterModel.Swapped;
import io.balsa.raft.testkit.linearizability.RegisterModel.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Makes histories of registers, from drawings and from operations that somebody has thought up. */
final class Histories {

    private static final Pattern INTERVAL = Pattern.compile("\\|-*(?<what>[^|?-]+?)-*(?<end>[|?])");

    private Histories() {}

    /**
     * A line for each client, a column for each instant: {@code |-put 1-|}, {@code |-get none-|}, {@code |-del-|},
     * {@code |-cas 1 2 ok-|}, {@code |-cas 1 2 no-|}. What ends in {@code ?} has an unknown outcome. Where one begins and
     * another ends in the same column, they overlap. The register is {@code x}, if no {@code @y} says another.
     */
    static History<Input, Output> draw(String drawing) {
        List<Operation<Input, Output>> operations = new ArrayList<>();
        int line = 0;
        for (String client : drawing.lines().toList()) {
            Matcher interval = INTERVAL.matcher(client);
            while (interval.find()) {
                boolean known = interval.group("end").equals("|");
                operations.add(operation("c" + line, interval, known));
            }
            line++;
        }
        return record(operations);
    }

    private static Operation<Input, Output> operation(String process, Matcher interval, boolean known) {
        String[] words = interval.group("what").strip().split(" ");
        String key = words[words.length - 1].startsWith("@") ? words[words.length - 1].substring(1) : "x";
        Output output = answer(words);
        long begin = 2L * interval.start(); // an invocation comes before a return in the same column
        long end = 2L * (interval.end() - 1) + 1;
        return new Operation<>(
                process,
                input(key, words),
                known ? Optional.of(output) : Optional.empty(),
                begin,
                known ? end : Operation.NEVER,
                interval.start(),
                known ? interval.end() - 1 : Operation.NEVER);
    }

    private static Input input(String key, String[] words) {
        return switch (words[0]) {
            case "put" -> new Put(key, words[1]);
            case "get" -> new Get(key);
            case "del" -> new Delete(key);
            case "cas" -> new Cas(key, value(words[1]), value(words[2]));
            default -> throw new IllegalArgumentException(words[0]);
        };
    }

    private static Output answer(String[] words) {
        return switch (words[0]) {
            case "get" -> new Value(words.length > 1 ? value(words[1]) : Optional.empty());
            case "cas" -> new Swapped(words.length > 3 && words[3].equals("ok"));
            default -> new Done();
        };
    }

    private static Optional<String> value(String word) {
        return word.equals("none") ? Optional.empty() : Optional.of(word);
    }

    /** Records the operations in the order of their places in the history. */
    static <I, O> History<I, O> record(List<Operation<I, O>> operations) {
        Map<Long, List<Runnable>> events = new TreeMap<>();
        History<I, O> history = new History<>();
        for (Operation<I, O> operation : operations) {
            long[] id = new long[1];
            at(events, operation.begin()).add(() -> {
                id[0] = history.invoke(operation.process(), operation.input(), operation.begin());
                if (operation.output().isEmpty()) {
                    history.unknown(id[0]);
                }
            });
            operation
                    .output()
                    .ifPresent(output ->
                            at(events, operation.end()).add(() -> history.complete(id[0], output, operation.end())));
        }
        events.values().forEach(instant -> instant.forEach(Runnable::run));
        return history;
    }

    private static List<Runnable> at(Map<Long, List<Runnable>> events, long instant) {
        return events.computeIfAbsent(instant, absent -> new ArrayList<>());
    }
}
