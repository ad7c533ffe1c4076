package io.balsa.raft.examples.kvstore;

import io.balsa.raft.cluster.Member;
import io.balsa.raft.cluster.Membership;
import io.balsa.raft.storage.file.NioDisk;
import io.balsa.raft.storage.file.OfflineStore;
import io.balsa.raft.storage.file.OfflineStore.ForcedMembership;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code kvstore force-membership}: the last resort after the majority was lost for good. */
@Command(
        name = "force-membership",
        description =
                "THE LAST RESORT, when the majority of the servers will never come back: makes one server, which must"
                        + " not run, the only member. Acknowledged writes may be lost. Do it to one server only, the one whose log"
                        + " reaches furthest; all others must begin anew with empty directories and new ids. docs/STORAGE-FORMAT.md"
                        + " says more.")
final class ForceMembershipCommand implements Callable<Integer> {

    @Option(names = "--data", required = true, paramLabel = "DIR", description = "Directory of the server's files.")
    private Path data = Path.of("");

    @Option(names = "--id", required = true, paramLabel = "N", description = "Its node id.")
    private long id;

    @Option(
            names = "--address",
            required = true,
            paramLabel = "URL",
            description = "http://HOST:PORT of its --listen from now on.")
    private String address = "";

    @Option(names = "--yes", description = "Yes, the majority is lost, and all servers are stopped.")
    private boolean yes;

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Override
    public Integer call() {
        Member survivor = survivor();
        if (!yes) {
            throw new ParameterException(
                    spec.commandLine(),
                    "this may lose acknowledged writes, and is right only if the majority of the servers will never come"
                            + " back; if so, stop all servers, copy this directory, and add --yes");
        }
        ForcedMembership forced =
                OfflineStore.on(new NioDisk(data)).forceMembership(Membership.ofVoters(List.of(survivor)));
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            Map<String, Object> answer = new LinkedHashMap<>();
            answer.put(
                    "before",
                    forced.before().members().values().stream()
                            .map(Member::toString)
                            .toList());
            answer.put(
                    "after",
                    forced.after().members().values().stream()
                            .map(Member::toString)
                            .toList());
            answer.put("index", forced.entry().index());
            answer.put("term", forced.entry().term());
            out.println(new String(Json.write(answer).toArray(), StandardCharsets.UTF_8));
        } else {
            out.println("before: " + forced.before().members().values());
            out.println("after:  " + forced.after().members().values() + ", at index "
                    + forced.entry().index() + " of term " + forced.entry().term());
            out.println("write this down, and never start the others with their old directories again");
        }
        return ExitCode.OK;
    }

    private Member survivor() {
        try {
            return Member.of(id, HttpUrls.parse(address).toString());
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
        }
    }
}
