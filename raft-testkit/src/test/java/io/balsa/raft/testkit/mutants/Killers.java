package io.balsa.raft.testkit.mutants;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What kills each mutant, as far as is known: a file that is read by every build and written by a full search. */
final class Killers {

    /**
     * How a mutant fared.
     *
     * @param seed that kills it, empty if none is known
     * @param invariant which that seed violates
     * @param median how many seeds it took, counted from a start that chance picked
     * @param killed in how many trials, of how many
     */
    record Killer(Optional<Long> seed, String invariant, String median, String killed) {

        static final Killer NONE = new Killer(Optional.empty(), "", "", "");
    }

    private static final String HEADER = "mutant,killer seed,invariant,median seeds,trials";

    private final Path file;
    private final Map<String, Killer> killers = new TreeMap<>();

    private Killers(Path file) {
        this.file = file;
    }

    /** What the file says; nothing if there is none. */
    static Killers read(Path file) throws IOException {
        Killers read = new Killers(file);
        List<String> lines = Files.exists(file) ? Files.readAllLines(file) : List.of(HEADER);
        for (String line : lines.subList(1, lines.size())) {
            String[] cells = line.split(",", -1);
            Optional<Long> seed = cells[1].isEmpty() ? Optional.empty() : Optional.of(Long.parseLong(cells[1]));
            read.killers.put(cells[0], new Killer(seed, cells[2], cells[3], cells[4]));
        }
        return read;
    }

    /** The names of all mutants that the file knows, dead or alive. */
    List<String> names() {
        return List.copyOf(killers.keySet());
    }

    Killer of(Mutant mutant) {
        return killers.getOrDefault(mutant.name(), Killer.NONE);
    }

    void put(Mutant mutant, Killer killer) {
        killers.put(mutant.name(), killer);
    }

    /** Writes the file, with these mutants and no others. */
    void write(List<Mutant> mutants) throws IOException {
        List<String> lines = new ArrayList<>(List.of(HEADER));
        for (Mutant mutant : mutants) {
            Killer killer = of(mutant);
            String seed = killer.seed.map(String::valueOf).orElse("");
            lines.add(String.join(",", mutant.name(), seed, killer.invariant, killer.median, killer.killed));
        }
        Files.write(file, lines);
    }

    /** Replaces the table in a document, between the two marks. */
    void writeTable(Path document, List<Mutant> mutants) throws IOException {
        List<String> lines = Files.readAllLines(document);
        int begin = lines.indexOf("<!-- table -->");
        int end = lines.indexOf("<!-- end of table -->");
        if (begin < 0 || end < begin) {
            throw new IllegalStateException(document + " has no place for the table");
        }
        List<String> table = new ArrayList<>();
        table.add("");
        table.add("| mutant | bug | expected | caught by | median seeds | killer seed | killed |");
        table.add("|---|---|---|---|---|---|---|");
        for (Mutant mutant : mutants) {
            Killer killer = of(mutant);
            String caught = killer.seed.isEmpty() ? "**nothing yet**" : killer.invariant;
            String seed = killer.seed.map(String::valueOf).orElse("");
            table.add("| " + String.join(" | ", mutant.name(), mutant.of("bug"), mutant.of("breaks"), caught) + " | "
                    + String.join(" | ", killer.median, seed, killer.killed) + " |");
        }
        table.add("");
        List<String> written = new ArrayList<>(lines.subList(0, begin + 1));
        written.addAll(table);
        written.addAll(lines.subList(end, lines.size()));
        Files.write(document, written);
    }
}
