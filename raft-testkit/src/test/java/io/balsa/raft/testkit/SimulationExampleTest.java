package io.balsa.raft.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.raft.Command;
import io.balsa.raft.StateMachine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The example of docs/SIMULATION.md, in the three forms that it shows. */
@DisplayName("A bank")
class SimulationExampleTest {

    /** Accounts. A command is "deposit ACCOUNT AMOUNT" or "withdraw ACCOUNT AMOUNT"; the answer is the balance, or "no". */
    static final class Bank implements StateMachine {

        private final Map<String, Long> accounts = new TreeMap<>();

        @Override
        public byte[] apply(Command command) {
            String[] words = new String(command.data(), UTF_8).split(" ", -1);
            long amount = Long.parseLong(words[2]);
            long balance = balance(words[1]) + (words[0].equals("deposit") ? amount : -amount);
            if (balance < 0) {
                return "no".getBytes(UTF_8);
            }
            accounts.put(words[1], balance);
            return Long.toString(balance).getBytes(UTF_8);
        }

        long balance(String account) {
            return accounts.getOrDefault(account, 0L);
        }
    }

    static final Simulation<Bank> SIMULATION = Simulation.of(Bank::new)
            .commands(random -> ((random.nextBoolean() ? "deposit " : "withdraw ") + "abc".charAt(random.nextInt(3))
                            + " " + random.nextInt(100))
                    .getBytes(UTF_8))
            .queries(random -> {
                String account = "abc".substring(random.nextInt(3)).substring(0, 1);
                return bank -> bank.balance(account);
            })
            .state(bank -> bank.accounts);

    @Test
    @DisplayName("survives what may happen to a cluster")
    void survives() {
        SIMULATION.seeds(1, 20).run().assertPassed();
    }

    @TestFactory
    @DisplayName("survives each seed")
    Stream<DynamicTest> survivesEach() {
        return DynamicTest.stream(
                SIMULATION.seeds(21, 5).eachSeed(),
                Simulation::toString,
                seed -> seed.run().assertPassed());
    }

    static Stream<Simulation<Bank>> seeds() {
        return SIMULATION.seeds(31, 5).eachSeed();
    }

    @ParameterizedTest
    @MethodSource("seeds")
    @DisplayName("survives")
    void survives(Simulation<Bank> seed) {
        seed.run().assertPassed();
    }

    @Test
    @DisplayName("is what docs/SIMULATION.md shows, but for names in words and the way it is folded")
    void isWhatTheDocumentShows() throws IOException {
        String compiled = words(Files.readString(
                Path.of("src", "test", "java", "io", "balsa", "raft", "testkit", "SimulationExampleTest.java")));
        List<String> shown = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL)
                .matcher(Files.readString(Path.of("..", "docs", "SIMULATION.md")))
                .results()
                .map(block -> block.group(1))
                .filter(block -> block.contains("Bank") || block.contains("SIMULATION"))
                .flatMap(block -> Stream.of(block.split("\n\n(?=\\S)")))
                .map(SimulationExampleTest::words)
                .toList();

        assertThat(shown)
                .hasSizeGreaterThan(4)
                .allSatisfy(part -> assertThat(compiled).contains(part));
    }

    private static String words(String code) {
        return code.replaceAll("@DisplayName\\(\".*?\"\\)", "")
                .replaceAll("\\(name = \".*?\"\\)", "")
                .replaceAll("\\s+", "");
    }
}
