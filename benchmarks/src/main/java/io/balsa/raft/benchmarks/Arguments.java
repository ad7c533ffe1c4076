package io.balsa.raft.benchmarks;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Arguments of the form {@code --name value}. */
record Arguments(Map<String, String> values) {

    static Arguments parse(List<String> words) {
        Map<String, String> values = new LinkedHashMap<>();
        for (int i = 0; i < words.size(); i += 2) {
            String name = words.get(i);
            if (!name.startsWith("--")) {
                throw new IllegalArgumentException("an option begins with --, unlike " + name);
            }
            if (i + 1 == words.size()) {
                throw new IllegalArgumentException(name + " has no value");
            }
            values.put(name.substring(2), words.get(i + 1));
        }
        return new Arguments(values);
    }

    /** Refuses whatever is not among these. */
    Arguments allowOnly(Set<String> names) {
        for (String name : values.keySet()) {
            if (!names.contains(name)) {
                throw new IllegalArgumentException("there is no option --" + name);
            }
        }
        return this;
    }

    Optional<String> find(String name) {
        return Optional.ofNullable(values.get(name));
    }

    String require(String name) {
        return find(name).orElseThrow(() -> new IllegalArgumentException("--" + name + " is missing"));
    }

    /** A number of at least {@code min}. */
    int number(String name, int byDefault, int min) {
        return find(name).map(text -> number(name, text, min)).orElse(byDefault);
    }

    /** Numbers of at least {@code min}, separated by commas. */
    List<Integer> numbers(String name, List<Integer> byDefault, int min) {
        return find(name)
                .map(text -> List.of(text.split(",", -1)).stream()
                        .map(part -> number(name, part, min))
                        .toList())
                .orElse(byDefault);
    }

    private static int number(String name, String text, int min) {
        try {
            int number = Integer.parseInt(text.strip());
            if (number >= min) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Said below, the same as for a number that is too small.
        }
        throw new IllegalArgumentException("--" + name + " wants a number of at least " + min + ", not " + text);
    }
}
