package io.balsa.raft.examples.embedding;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("The embedding example")
class CounterTest {

    @TempDir
    private Path directory;

    @Test
    @DisplayName("goes on counting where the run before it ended")
    void counts() throws Exception {
        assertThat(run()).isEqualTo("The sum is 10");
        assertThat(run()).isEqualTo("The sum is 20");
    }

    /** As a user would, in a process of its own. */
    private String run() throws Exception {
        Process process = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Counter.class.getName(),
                        directory.resolve("data").toString(),
                        "127.0.0.1:0"))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (InputStream output = process.getInputStream()) {
            String printed = new String(output.readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor()).isZero();
            return printed.lines().reduce((first, last) -> last).orElse("");
        }
    }
}
