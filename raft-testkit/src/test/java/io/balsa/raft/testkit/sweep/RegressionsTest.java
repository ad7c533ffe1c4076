package io.balsa.raft.testkit.sweep;

import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.raft.testkit.shrink.ScenarioText;
import io.balsa.raft.testkit.workload.RegisterWorkload;
import io.balsa.raft.testkit.world.ClusterRun;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.TestFactory;

@Order(1)
@DisplayName("What once failed does not fail any more:")
class RegressionsTest {

    @TestFactory
    @DisplayName("seeds")
    List<DynamicTest> seeds() throws IOException {
        return Files.readAllLines(resource("regressions.txt")).stream()
                .filter(line -> !line.isBlank() && !line.startsWith("#"))
                .map(line -> DynamicTest.dynamicTest(line, () -> {
                    long seed = Long.parseLong(line.split("\\s+", 2)[0]);

                    assertThat(new ClusterRun(seed).run().violation()).isEmpty();
                }))
                .toList();
    }

    @TestFactory
    @DisplayName("scenarios")
    List<DynamicTest> scenarios() throws IOException {
        try (Stream<Path> files = Files.list(resource("scenarios"))) {
            return files.filter(file -> file.toString().endsWith(".scenario"))
                    .sorted()
                    .map(file -> DynamicTest.dynamicTest(
                            Objects.toString(file.getFileName()),
                            () -> assertThat(ScenarioText.read(Files.readString(file))
                                            .run(RegisterWorkload::new, Optional.empty())
                                            .violation())
                                    .isEmpty()))
                    .toList();
        }
    }

    private static Path resource(String name) {
        try {
            return Path.of(Objects.requireNonNull(RegressionsTest.class.getResource("/" + name))
                    .toURI());
        } catch (URISyntaxException e) {
            throw new AssertionError(e);
        }
    }
}
