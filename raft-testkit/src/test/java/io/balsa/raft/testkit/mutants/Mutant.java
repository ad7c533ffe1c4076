package io.balsa.raft.testkit.mutants;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * A planted bug. Its file begins with lines that say what it is:
 *
 * <pre>
 *   # bug: what is wrong
 *   # reference: who has shipped it
 *   # breaks: the invariants that must notice it
 *   # kind: safety or liveness
 *   # shows: the situation in which it shows
 * </pre>
 *
 * @param name number and short name; the numbers below 60 are those of the project's list of bugs that others have had
 */
record Mutant(String name, Map<String, String> header, Patch patch) {

    private static final String SUFFIX = ".patch";
    private static final List<String> HEADER = List.of("bug", "reference", "breaks", "kind", "shows");

    /** All mutants in this folder, by name. */
    static List<Mutant> allIn(Path folder) throws IOException {
        List<Mutant> mutants = new ArrayList<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.filter(path -> path.toString().endsWith(SUFFIX))
                    .sorted()
                    .toList()) {
                mutants.add(read(file));
            }
        }
        return mutants;
    }

    private static Mutant read(Path file) throws IOException {
        String fileName = String.valueOf(file.getFileName());
        String name = fileName.substring(0, fileName.length() - SUFFIX.length());
        List<String> lines = Files.readAllLines(file);
        Map<String, String> header = new TreeMap<>();
        int at = 0;
        for (; at < lines.size() && lines.get(at).startsWith("# "); at++) {
            String[] parts = lines.get(at).substring(2).split(": ", 2);
            header.put(parts[0], parts.length < 2 ? "" : parts[1].strip());
        }
        if (!List.copyOf(header.keySet()).equals(HEADER.stream().sorted().toList()) || header.containsValue("")) {
            throw new IllegalArgumentException(name + " must begin with all of " + HEADER + ", not " + header.keySet());
        }
        if (!List.of("safety", "liveness").contains(header.get("kind"))) {
            throw new IllegalArgumentException(name + " is of no kind: " + header.get("kind"));
        }
        try {
            return new Mutant(name, header, Patch.of(lines.subList(at, lines.size())));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(name + ": " + e.getMessage(), e);
        }
    }

    /** Whether one of these comma-separated numbers, like {@code 44} or {@code 44b}, means this mutant; all if empty. */
    boolean isMeantBy(String numbers) {
        String number = name.substring(0, name.indexOf('-'));
        return numbers.isBlank()
                || Stream.of(numbers.split(","))
                        .map(String::strip)
                        .anyMatch(meant -> number.equals(meant)
                                || number.replaceAll("[a-z]", "").equals(meant));
    }

    String of(String line) {
        return header.getOrDefault(line, "");
    }
}
