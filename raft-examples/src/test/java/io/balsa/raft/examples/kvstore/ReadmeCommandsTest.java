package io.balsa.raft.examples.kvstore;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The README's commands")
class ReadmeCommandsTest {

    private static final Path README = Path.of("..", "README.md");
    private static final String JAR = "java -jar raft-examples/target/kvstore.jar ";
    private static final Pattern METHOD = Pattern.compile(" -X ([A-Z]+) ");
    private static final Pattern ADDRESS = Pattern.compile("http://127\\.0\\.0\\.1:800\\d(/[^ ']*)");

    @Test
    @DisplayName("are understood by kvstore.jar")
    void commands() throws IOException {
        List<String> commands = Files.readAllLines(README).stream()
                .filter(line -> line.startsWith(JAR))
                .map(line -> line.substring(JAR.length()))
                .toList();

        assertThat(commands).hasSizeGreaterThan(10);
        for (String command : commands) {
            String line = command.replace("$PEERS", "1=http://a:1,2=http://b:1")
                    .replace("$CLUSTER", "http://a:1,http://b:1")
                    .replace("'good morning'", "morning")
                    .replace("'good night'", "night");
            KvStoreMain.commandLine().parseArgs(line.split(" +")); // throws if it is wrong
        }
    }

    @Test
    @DisplayName("go to places that the server has")
    void requests() throws Exception {
        List<String> requests = Files.readAllLines(README).stream()
                .filter(line -> line.startsWith("curl "))
                .toList();

        assertThat(requests).hasSizeGreaterThan(8);
        for (String request : requests) {
            Matcher method = METHOD.matcher(request);
            String verb = method.find() ? method.group(1) : "GET";
            Matcher address = ADDRESS.matcher(request);
            assertThat(address.find()).as(request).isTrue();
            URI target = URI.create(address.group(1));
            boolean known = target.getPath().startsWith(AdminRoute.PREFIX)
                    ? AdminRoute.of(target).kind().knows(verb)
                    : Route.of(target).knows(verb);
            assertThat(known).as(request).isTrue();
        }
    }
}
