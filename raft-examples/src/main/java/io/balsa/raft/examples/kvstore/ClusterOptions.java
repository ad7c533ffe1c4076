package io.balsa.raft.examples.kvstore;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options that every client command has. */
final class ClusterOptions {

    private static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(10);

    @Option(
            names = "--cluster",
            required = true,
            paramLabel = "URL,URL,...",
            description = "Client addresses of the servers, for example http://127.0.0.1:8081.")
    private String cluster = "";

    @Option(
            names = "--timeout",
            paramLabel = "DURATION",
            description = "How long to try (default: 10s; 6m for what changes the members).")
    private @Nullable Duration timeout;

    @Spec(Spec.Target.MIXEE)
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    List<URI> servers() {
        try {
            return HttpUrls.parseList(cluster);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
        }
    }

    KvClient client(KvClient.UnknownOutcome unknownOutcome) {
        return client(unknownOutcome, DEFAULT_TIMEOUT);
    }

    /** A client that tries for as long as the user says, or else for {@code otherwise}. */
    KvClient client(KvClient.UnknownOutcome unknownOutcome, Duration otherwise) {
        Duration limit = timeout == null ? otherwise : timeout;
        if (limit.isZero()) {
            throw new ParameterException(spec.commandLine(), "--timeout must be longer than nothing");
        }
        return new KvClient(servers(), limit, unknownOutcome);
    }
}
