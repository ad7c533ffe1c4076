package io.balsa.raft.testkit.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.raft.storage.file.FileStorage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** The example of docs/STORAGE.md, and what else that page says about the suite. */
@DisplayName("The page about storages")
class StorageExampleTest {

    private static final Path PAGE = Path.of("..", "docs", "STORAGE.md");
    private static final Path THIS =
            Path.of("src", "test", "java", "io", "balsa", "raft", "testkit", "conformance", "StorageExampleTest.java");

    @TempDir
    Path parent;

    /** A directory for each store; every storage that is asked for is another one on the same directory. */
    private final StorageUnderTest mine = () -> {
        Path directory = Files.createTempDirectory(parent, "store");
        return () -> FileStorage.open(directory);
    };

    private static final StorageUnderTest SIMULATED = new OnSimulatedDisk(
            disk -> FileStorage.builder(disk).segmentBytes(8192).build());

    @TestFactory
    @DisplayName("has an example that runs, on a storage in files")
    Stream<DynamicTest> keepsItsPromises() {
        return StorageConformance.promises(mine).stream()
                .map(promise -> DynamicTest.dynamicTest(promise.toString(), () -> promise.check(mine)));
    }

    @TestFactory
    @DisplayName("has an example that runs, on a simulated disk")
    Stream<DynamicTest> keepsItsPromisesOnASimulatedDisk() {
        return StorageConformance.promises(SIMULATED).stream()
                .map(promise -> DynamicTest.dynamicTest(promise.toString(), () -> promise.check(SIMULATED)));
    }

    @Test
    @DisplayName("shows these examples, but for names in words and the way they are folded")
    void showsTheseExamples() throws IOException {
        String compiled = words(Files.readString(THIS));
        List<String> shown = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL)
                .matcher(Files.readString(PAGE))
                .results()
                .flatMap(block -> Stream.of(block.group(1).split("\n\n(?=\\S)")))
                .map(StorageExampleTest::words)
                .toList();

        assertThat(shown).hasSize(3).allSatisfy(part -> assertThat(compiled).contains(part));
    }

    private static String words(String code) {
        return code.replaceAll("@DisplayName\\(\".*?\"\\)", "").replaceAll("\\s+", "");
    }

    @Test
    @DisplayName("lists every promise, with its sentence and what it takes to check it, and no other")
    void listsEveryPromise() throws IOException {
        assertThat(Files.readString(PAGE)).contains("## The promises\n").contains("\n\n" + list() + "\n## ");
    }

    /** The list as the page should have it. */
    private static String list() {
        return StorageConformance.promises().stream()
                .map(StorageExampleTest::line)
                .collect(Collectors.joining("", "| promise | in a sentence | takes |\n|---|---|---|\n", ""));
    }

    private static String line(StoragePromise promise) {
        String needs = promise.needs().stream()
                .sorted(Comparator.naturalOrder())
                .map(ability -> "`" + ability + "`")
                .collect(Collectors.joining(", "));
        return "| `" + promise.name() + "` | " + promise.sentence() + " | " + needs + " |\n";
    }
}
