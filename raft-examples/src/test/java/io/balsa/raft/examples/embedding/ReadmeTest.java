package io.balsa.raft.examples.embedding;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The README")
class ReadmeTest {

    private static final Path README = Path.of("..", "README.md");
    private static final Path SOURCE =
            Path.of("src", "main", "java", "io", "balsa", "raft", "examples", "embedding", "Counter.java");

    @Test
    @DisplayName("shows the embedding example as it is compiled, but for the way it is folded")
    void showsWhatIsCompiled() throws IOException {
        String source = Files.readString(SOURCE);
        String compiled = between(source, "// README: begin\n", "// README: end");
        String shown = between(Files.readString(README), "```java\n", "```");

        assertThat(words(shown)).isEqualTo(words(compiled));
    }

    @Test
    @DisplayName("keeps the embedding example at 25 lines")
    void staysShort() throws IOException {
        List<String> shown = between(Files.readString(README), "```java\n", "```")
                .lines()
                .filter(line -> !line.isBlank())
                .toList();

        assertThat(shown).hasSizeLessThanOrEqualTo(25);
    }

    private static String between(String text, String begin, String end) {
        int from = text.indexOf(begin) + begin.length();
        return text.substring(from, text.indexOf(end, from));
    }

    /** The formatter folds chains of calls line by line; the README does not. */
    private static String words(String code) {
        return code.replaceAll("\\s+", "").trim();
    }
}
