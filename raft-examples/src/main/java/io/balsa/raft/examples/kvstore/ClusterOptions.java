package io.balsa.raft.examples.kvstore;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options that every client command has. */
final class ClusterOptions {

    @Option(
            names = "--cluster",
            required = true,
            paramLabel = "URL,URL,...",
            description = "Client addresses of the servers, for example http://127.0.0.1:8081.")
    private String cluster = "";

    @Option(
            names = "--timeout",
            defaultValue = "10s",
            paramLabel = "DURATION",
            description = "How long to try (default: ${DEFAULT-VALUE}).")
    private Duration timeout = Duration.ZERO;

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
        if (timeout.isZero()) {
            throw new ParameterException(spec.commandLine(), "--timeout must be longer than nothing");
        }
        return new KvClient(servers(), timeout, unknownOutcome);
    }
}
