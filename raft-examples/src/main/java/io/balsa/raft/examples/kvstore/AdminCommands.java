package io.balsa.raft.examples.kvstore;

import io.balsa.raft.cluster.ChangeRefusal;
import io.balsa.raft.examples.kvstore.KvClient.UnknownOutcome;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;

/**
 * The commands {@code add}, {@code remove}, {@code promote}, {@code demote}, {@code replace}, {@code readdress},
 * {@code prioritize}, {@code transfer} and {@code snapshot}.
 */
final class AdminCommands {

    private static final Duration TAKES_AT_MOST = Duration.ofMinutes(6);
    private static final String MEMBERS = "/admin/members";

    private AdminCommands() {}

    private static String json(JsonNode node) {
        return new String(Json.write(node).toArray(), StandardCharsets.UTF_8);
    }

    /** The answer to a success; anything else is a failure that says why. */
    private static JsonNode successOf(KvClient.Answer answer) throws CommandFailure {
        JsonNode body = Json.readObject(answer.body().toArray());
        if (answer.status() == 200) {
            return body;
        }
        if (answer.status() == 504) {
            throw new CommandFailure(
                    ExitCode.OUTCOME_UNKNOWN, "it is not known whether it happened: look at 'kvstore members'");
        }
        String reason = body.path("reason").asString("");
        throw new CommandFailure(
                ExitCode.FAILED,
                (reason.isEmpty() ? "" : "refused (" + reason + "): ")
                        + body.path("error").asString("the server answered " + answer.status()));
    }

    /** What these commands share. */
    abstract static sealed class AdminCommand implements Callable<Integer> permits Change, Transfer, Snapshot {

        @Mixin
        final ClusterOptions options = new ClusterOptions();

        @Option(names = "--json", description = "Print what the server answered.")
        boolean asJson;

        @Spec
        @SuppressWarnings("NullAway.Init") // set by picocli
        CommandSpec spec;

        final PrintWriter out() {
            return spec.commandLine().getOut();
        }

        final KvClient client() {
            return options.client(UnknownOutcome.FAIL, TAKES_AT_MOST);
        }

        final void print(JsonNode answer, String text) {
            out().println(asJson ? json(answer) : text);
        }
    }

    /** What those that change the membership share. */
    abstract static sealed class Change extends AdminCommand
            permits Add, Remove, Promote, Demote, Replace, Readdress, Prioritize {

        @Option(
                names = "--if-index",
                paramLabel = "N",
                description = "Only if the membership still stands at this index, as 'kvstore members' tells it.")
        @Nullable
        Long ifIndex;

        final int change(String method, String path, Map<String, Object> body) throws CommandFailure {
            String query = ifIndex == null ? "" : "?ifIndex=" + ifIndex;
            byte[] json = body.isEmpty() ? new byte[0] : Json.write(body).toArray();
            JsonNode answer = successOf(client().administer(method, MEMBERS + path + query, json));
            StringBuilder text = new StringBuilder("done; the members are");
            for (JsonNode member : answer.path("members")) {
                text.append(String.format(
                        "%n  %s  %s  %s",
                        member.path("id").asString(),
                        member.path("address").asString(),
                        member.path("voter").asBoolean(false) ? "voter" : "learner"));
            }
            print(answer, text.toString());
            return ExitCode.OK;
        }
    }

    /** {@code kvstore add}. */
    @Command(
            name = "add",
            description =
                    "Adds a server, which should run with 'server --join': it catches up as a learner and then gets a"
                            + " vote. Waits for that.")
    static final class Add extends Change {

        @Parameters(index = "0", paramLabel = "ID", description = "Its node id.")
        private long id;

        @Parameters(index = "1", paramLabel = "ADDRESS", description = "http://HOST:PORT of its --listen.")
        private String address = "";

        @Option(names = "--learner", description = "It gets no vote.")
        private boolean learner;

        @Override
        public Integer call() throws CommandFailure {
            Map<String, Object> body = new LinkedHashMap<>();
            body.put("id", id);
            body.put("address", address);
            body.put("voter", !learner);
            return change("POST", "", body);
        }
    }

    /** {@code kvstore replace}. */
    @Command(
            name = "replace",
            description =
                    "Puts a new server, which should run with 'server --join', in the place of an old one, once it has"
                            + " caught up: both at once.")
    static final class Replace extends Change {

        @Parameters(index = "0", paramLabel = "OLD-ID", description = "Node id of the member to go.")
        private long oldId;

        @Parameters(index = "1", paramLabel = "ID", description = "Node id of the new server.")
        private long id;

        @Parameters(index = "2", paramLabel = "ADDRESS", description = "http://HOST:PORT of its --listen.")
        private String address = "";

        @Override
        public Integer call() throws CommandFailure {
            Map<String, Object> body = new LinkedHashMap<>();
            body.put("id", id);
            body.put("address", address);
            body.put("replace", oldId);
            return change("POST", "", body);
        }
    }

    /** {@code kvstore remove}. */
    @Command(name = "remove", description = "Removes a server; the leader, too, which then steps down.")
    static final class Remove extends Change {

        @Parameters(index = "0", paramLabel = "ID", description = "Its node id.")
        private long id;

        @Override
        public Integer call() throws CommandFailure {
            return change("DELETE", "/" + id, Map.of());
        }
    }

    /** {@code kvstore promote}. */
    @Command(name = "promote", description = "Gives a learner that has caught up a vote.")
    static final class Promote extends Change {

        @Parameters(index = "0", paramLabel = "ID", description = "Its node id.")
        private long id;

        @Override
        public Integer call() throws CommandFailure {
            return change("POST", "/" + id + "/promote", Map.of());
        }
    }

    /** {@code kvstore demote}. */
    @Command(name = "demote", description = "Takes a server's vote away; it stays a learner.")
    static final class Demote extends Change {

        @Parameters(index = "0", paramLabel = "ID", description = "Its node id.")
        private long id;

        @Override
        public Integer call() throws CommandFailure {
            return change("POST", "/" + id + "/demote", Map.of());
        }
    }

    /** {@code kvstore readdress}. */
    @Command(name = "readdress", description = "Tells everybody where a server is reached from now on.")
    static final class Readdress extends Change {

        @Parameters(index = "0", paramLabel = "ID", description = "Its node id.")
        private long id;

        @Parameters(index = "1", paramLabel = "ADDRESS", description = "http://HOST:PORT of its --listen.")
        private String address = "";

        @Override
        public Integer call() throws CommandFailure {
            return change("POST", "/" + id + "/address", Map.of("address", address));
        }
    }

    /** {@code kvstore prioritize}. */
    @Command(name = "prioritize", description = "Makes a server more or less eager to lead.")
    static final class Prioritize extends Change {

        @Parameters(index = "0", paramLabel = "ID", description = "Its node id.")
        private long id;

        @Parameters(index = "1", paramLabel = "PRIORITY", description = "0, as all are at first, to 100.")
        private int priority;

        @Override
        public Integer call() throws CommandFailure {
            return change("POST", "/" + id + "/priority", Map.of("priority", priority));
        }
    }

    /** {@code kvstore transfer}. */
    @Command(name = "transfer", description = "Hands the leadership over.")
    static final class Transfer extends AdminCommand {

        @Parameters(index = "0", arity = "0..1", paramLabel = "ID", description = "To whom; if not told, the fittest.")
        private @Nullable Long id;

        @Override
        public Integer call() throws CommandFailure {
            byte[] body =
                    id == null ? new byte[0] : Json.write(Map.of("target", id)).toArray();
            JsonNode answer = successOf(client().administer("POST", "/admin/transfer", body));
            print(answer, "server " + answer.path("leaderId").asString() + " leads now");
            return ExitCode.OK;
        }
    }

    /** {@code kvstore snapshot}. */
    @Command(
            name = "snapshot",
            description = "Takes a snapshot of the first server that --cluster names. It takes them by itself, too.")
    static final class Snapshot extends AdminCommand {

        @Option(
                names = "--export",
                paramLabel = "FILE",
                description = "Fetch it into a new file, for 'server --from-snapshot' or for safe keeping.")
        private @Nullable Path export;

        @Override
        public Integer call() throws CommandFailure {
            if (export != null && Files.exists(export)) {
                throw new CommandFailure(ExitCode.FAILED, "there is a file " + export + " already");
            }
            URI server = options.servers().get(0);
            KvClient.Answer taken = client().administer(server, "POST", "/admin/snapshot");
            if (export != null && isUpToDate(taken)) {
                taken = client().administer(server, "GET", "/admin/snapshot");
            }
            JsonNode answer = successOf(taken);
            if (export != null) {
                fetch(server, export);
            }
            print(
                    answer,
                    "snapshot of everything up to index " + answer.path("index").asString() + ", "
                            + answer.path("bytes").asString() + " bytes" + (export == null ? "" : ", in " + export));
            return ExitCode.OK;
        }

        /** Nothing was applied since the last one, so that is the one to export. */
        private static boolean isUpToDate(KvClient.Answer taken) {
            return taken.status() == 409
                    && Json.readObject(taken.body().toArray())
                            .path("reason")
                            .asString("")
                            .equals(ChangeRefusal.NOTHING_TO_SNAPSHOT.name());
        }

        private void fetch(URI server, Path file) throws CommandFailure {
            KvClient.Answer answer = client().download(server, "/admin/snapshot/export", file);
            if (answer.status() != 200) {
                successOf(answer);
            }
        }
    }
}
