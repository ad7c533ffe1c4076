package io.balsa.raft.examples.kvstore;

import java.io.PrintWriter;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;

/** {@code kvstore status}: asks each server what it is doing. */
@Command(name = "status", description = "Shows what each server is doing; fails (1) if one does not answer.")
final class StatusCommand implements Callable<Integer> {

    private static final String FORMAT = "%-28s %4s  %-13s %6s %7s %9s %9s %9s %9s";

    @Mixin
    private final ClusterOptions options = new ClusterOptions();

    @Option(names = "--json", description = "Print a JSON array with the answer of each server.")
    private boolean json;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Override
    public Integer call() {
        KvClient client = options.client(KvClient.UnknownOutcome.FAIL);
        Map<URI, Object> answers = new LinkedHashMap<>();
        for (URI server : options.servers()) {
            answers.put(server, ask(client, server));
        }
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            List<Object> all = new ArrayList<>();
            answers.forEach((server, answer) -> all.add(
                    Map.of("server", server.toString(), answer instanceof JsonNode ? "stats" : "error", answer)));
            out.println(new String(Json.write(all).toArray(), StandardCharsets.UTF_8));
        } else {
            out.println(String.format(
                    FORMAT, "server", "id", "role", "term", "leader", "committed", "applied", "last", "snapshot"));
            answers.forEach((server, answer) -> out.println(Ansi.AUTO.string(line(server, answer))));
        }
        return answers.values().stream().allMatch(JsonNode.class::isInstance) ? ExitCode.OK : ExitCode.FAILED;
    }

    /** Its stats, or a sentence that says why there are none. */
    private static Object ask(KvClient client, URI server) {
        try {
            return client.stats(server);
        } catch (KvClientException e) {
            return String.valueOf(e.getMessage());
        }
    }

    private static String line(URI server, Object answer) {
        if (!(answer instanceof JsonNode stats)) {
            return String.format("%-28s  @|red does not answer|@", server);
        }
        String line = String.format(
                FORMAT,
                server,
                stats.path("id").asString(),
                stats.path("role").asString(),
                stats.path("term").asString(),
                stats.path("leaderId").isNull() ? "-" : stats.path("leaderId").asString(),
                stats.path("commitIndex").asString(),
                stats.path("appliedIndex").asString(),
                stats.path("lastIndex").asString(),
                stats.path("snapshotIndex").asString());
        return stats.path("role").asString().equals("leader") ? "@|green " + line + "|@" : line;
    }
}
