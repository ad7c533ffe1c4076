package io.balsa.raft.examples.kvstore;

import java.io.PrintWriter;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;

/** {@code kvstore members}: who belongs to the cluster, as the leader sees it. */
@Command(
        name = "members",
        description =
                "Shows who belongs to the cluster. Only the leader knows how the others are, so it should be among the"
                        + " servers that are named; fails (1) if none of them answers.")
final class MembersCommand implements Callable<Integer> {

    private static final String FORMAT = "%4s  %-28s %-13s %-8s %8s %9s %12s";

    @Mixin
    private final ClusterOptions options = new ClusterOptions();

    @Option(names = "--json", description = "Print what the server answered.")
    private boolean json;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Override
    public Integer call() throws CommandFailure {
        List<String> failures = new ArrayList<>();
        JsonNode members =
                ask(failures).orElseThrow(() -> new CommandFailure(ExitCode.FAILED, "no server answers: " + failures));
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(new String(Json.write(members).toArray(), StandardCharsets.UTF_8));
            return ExitCode.OK;
        }
        boolean leads = isLeader(members);
        out.println("membership of index " + members.path("index").asString()
                + (members.path("joint").asBoolean(false) ? ", changing" : "") + ", as server "
                + members.path("id").asString() + " knows it"
                + (leads ? ", which leads" : ", which does not lead and so cannot tell how the others are"));
        out.println(String.format(FORMAT, "id", "address", "role", "is", "priority", "lag", "last heard"));
        members.path("members").forEach(member -> out.println(line(member)));
        return ExitCode.OK;
    }

    /** What the leader of the highest term says, or else any server. */
    private Optional<JsonNode> ask(List<String> failures) {
        KvClient client = options.client(KvClient.UnknownOutcome.FAIL);
        Optional<JsonNode> best = Optional.empty();
        for (URI server : options.servers()) {
            try {
                JsonNode answer = client.members(server);
                if (best.isEmpty() || rank(answer) > rank(best.get())) {
                    best = Optional.of(answer);
                }
            } catch (KvClientException e) {
                failures.add(String.valueOf(e.getMessage()));
            }
        }
        return best;
    }

    private static long rank(JsonNode answer) {
        return isLeader(answer) ? answer.path("term").asLong(0) : 0;
    }

    private static boolean isLeader(JsonNode answer) {
        return answer.path("role").asString("").equals("leader");
    }

    private static String line(JsonNode member) {
        JsonNode heard = member.path("lastContactMillis");
        return String.format(
                FORMAT,
                member.path("id").asString(),
                member.path("address").asString(),
                member.path("role").asString(),
                member.path("standing").asString(),
                member.path("priority").asString(),
                member.path("lag").isNull() ? "-" : member.path("lag").asString(),
                heard.isNull() ? "-" : heard.asString() + " ms ago");
    }
}
