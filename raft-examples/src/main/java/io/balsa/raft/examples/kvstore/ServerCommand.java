package io.balsa.raft.examples.kvstore;

import io.balsa.raft.examples.kvstore.ServerSettings.Serving;
import io.balsa.raft.examples.kvstore.ServerSettings.SnapshotSettings;
import io.balsa.raft.examples.kvstore.ServerSettings.Timing;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code kvstore server}: runs one server until it is told to stop, by SIGTERM or Ctrl-C. */
@Command(name = "server", description = "Runs one server of a cluster, until SIGTERM or Ctrl-C.")
final class ServerCommand implements Callable<Integer> {

    private final Function<ServerSettings, KvServer.Parts> parts;

    @Option(names = "--id", required = true, paramLabel = "N", description = "Node id of this server.")
    private long id;

    @Option(
            names = "--listen",
            required = true,
            paramLabel = "HOST:PORT",
            description = "Where it listens for the other servers.")
    private HostPort listen = new HostPort("localhost", 0);

    @Option(names = "--http", required = true, paramLabel = "HOST:PORT", description = "Where it listens for clients.")
    private HostPort http = new HostPort("localhost", 0);

    @Option(
            names = "--peers",
            required = true,
            paramLabel = "1=http://HOST:PORT,2=...",
            description = "All servers the cluster is founded with, this one included, by their --listen addresses;"
                    + " with --join, servers of the cluster that exists, without this one.")
    private String peers = "";

    @Option(names = "--data", required = true, paramLabel = "DIR", description = "Directory of its files.")
    private Path data = Path.of("");

    @Option(
            names = "--cluster",
            defaultValue = "balsa",
            paramLabel = "NAME",
            description = "Name of the cluster, the same on all servers (default: ${DEFAULT-VALUE}).")
    private String cluster = "";

    @Option(
            names = "--election-timeout",
            defaultValue = "1s",
            paramLabel = "DURATION",
            description = "How long to wait for a leader before an election (default: ${DEFAULT-VALUE}).")
    private Duration electionTimeout = Duration.ZERO;

    @Option(
            names = "--heartbeat",
            defaultValue = "100ms",
            paramLabel = "DURATION",
            description = "How often a leader shows that it lives (default: ${DEFAULT-VALUE}).")
    private Duration heartbeat = Duration.ZERO;

    @Option(
            names = "--join",
            description = "Join a cluster that exists: take no part before 'kvstore add' has named this server to it.")
    private boolean join;

    @Option(
            names = "--snapshot-every",
            defaultValue = "100000",
            paramLabel = "N",
            description =
                    "Take a snapshot after so many entries; 0 for not because of that (default: ${DEFAULT-VALUE}).")
    private long snapshotEvery;

    @Option(
            names = "--snapshot-bytes",
            defaultValue = "67108864",
            paramLabel = "N",
            description = "Take a snapshot after so many bytes of entries; 0 for not because of that"
                    + " (default: ${DEFAULT-VALUE}).")
    private long snapshotBytes;

    @Option(
            names = "--snapshot-trailing",
            defaultValue = "10000",
            paramLabel = "N",
            description = "Keep so many entries that a snapshot covers, for followers that lag a little"
                    + " (default: ${DEFAULT-VALUE}).")
    private long snapshotTrailing;

    @Option(
            names = "--from-snapshot",
            paramLabel = "FILE",
            description =
                    "Begin an empty directory with a snapshot that 'kvstore snapshot --export' wrote. For a server that"
                            + " is new to its cluster.")
    private @Nullable Path fromSnapshot;

    @Option(
            names = "--lease-reads",
            description = "Let leaders answer reads with ?consistency=lease without asking the others; the same on all"
                    + " servers.")
    private boolean leaseReads;

    @Option(
            names = "--forward",
            description =
                    "Pass writes on to the leader and answer them here, instead of sending clients to the leader.")
    private boolean forward;

    @Option(names = "--stop-with-stdin", hidden = true, description = "Stop when standard input ends.")
    private boolean stopWithStdin;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    /** The server that users run. */
    ServerCommand() {
        this(KvServer.Parts::usual);
    }

    /** For tests: a server of other parts. */
    ServerCommand(Function<ServerSettings, KvServer.Parts> parts) {
        this.parts = parts;
    }

    @Override
    public Integer call() throws CommandFailure {
        if (System.getProperty("kvstore.log.level") == null) {
            System.setProperty("kvstore.log.level", "INFO"); // an operator wants to see leaders come and go
        }
        ServerSettings settings = settings();
        try (KvServer server = KvServer.start(settings, parts.apply(settings))) {
            Runtime.getRuntime().addShutdownHook(new Thread(server::close, "kv-shutdown"));
            if (stopWithStdin) {
                stopWithStdin();
            }
            PrintWriter out = spec.commandLine().getOut();
            out.println("server " + id + " of cluster '" + cluster + "' answers clients at " + server.clientAddress());
            out.flush();
            server.terminated().join();
            return ExitCode.OK;
        } catch (CompletionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new CommandFailure(ExitCode.FAILED, "the server stopped by a failure: " + cause.getMessage());
        }
    }

    private ServerSettings settings() {
        try {
            Timing timing = new Timing(electionTimeout, heartbeat);
            SnapshotSettings snapshots = new SnapshotSettings(
                    snapshotEvery, snapshotBytes, snapshotTrailing, Optional.ofNullable(fromSnapshot));
            Serving serving = new Serving(leaseReads, forward);
            return new ServerSettings(
                    id, cluster, Peers.parse(peers), join, listen, http, data, timing, snapshots, serving);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
        }
    }

    /** Whoever started this process holds the other end of its standard input: so it ends with its parent. */
    private static void stopWithStdin() {
        Thread watcher = new Thread(
                () -> {
                    try {
                        System.in.transferTo(java.io.OutputStream.nullOutputStream());
                    } catch (IOException e) {
                        // as good as the end
                    }
                    System.exit(ExitCode.OK);
                },
                "kv-stdin");
        watcher.setDaemon(true);
        watcher.start();
    }
}
