package io.balsa.raft.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Stories of clusters: each file tells what happens, and below {@code ----} what came of it. After a change that is meant,
 * {@code -Dgolden.rewrite=true} writes what comes of it now; read the difference before you believe it.
 */
@DisplayName("The story")
class GoldenTest {

    private static final Path FOLDER = Path.of("src", "test", "resources", "golden");
    private static final String DIVIDER = "----";

    static Stream<String> stories() throws IOException {
        try (Stream<Path> files = Files.walk(FOLDER)) {
            return files
                    .filter(file -> file.toString().endsWith(".txt"))
                    .map(file -> FOLDER.relativize(file).toString().replace('\\', '/'))
                    .sorted()
                    .toList()
                    .stream();
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("stories")
    @DisplayName("goes as it was told")
    void goesAsTold(String name) throws IOException {
        Path file = FOLDER.resolve(name);
        List<String> told = Files.readAllLines(file);

        List<String> happened = perform(told);

        if (Boolean.getBoolean("golden.rewrite")) {
            Files.write(file, happened);
        } else {
            assertThat(happened).isEqualTo(told);
        }
    }

    /** The story with what comes of it now: scenes are parted by empty lines, each with its output after a divider. */
    private static List<String> perform(List<String> told) {
        ScriptedCluster cluster = new ScriptedCluster();
        List<String> happened = new ArrayList<>();
        List<String> output = new ArrayList<>();
        boolean inOutput = false;
        for (String line : told) {
            if (line.isBlank()) {
                endOfScene(happened, output);
                inOutput = false;
                happened.add(line);
            } else if (line.equals(DIVIDER)) {
                inOutput = true;
            } else if (!inOutput) {
                happened.add(line);
                if (!line.startsWith("#")) {
                    output.addAll(cluster.run(line));
                }
            }
        }
        endOfScene(happened, output);
        return happened;
    }

    private static void endOfScene(List<String> happened, List<String> output) {
        if (!output.isEmpty()) {
            happened.add(DIVIDER);
            happened.addAll(output);
            output.clear();
        }
    }
}
