package io.balsa.raft.examples.kvstore;

import io.balsa.raft.RaftNode;
import io.balsa.raft.storage.file.Disk;
import io.balsa.raft.storage.file.NioDisk;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** A running server of the store: a node, and the client API in front of it. */
final class KvServer implements AutoCloseable {

    private static final Duration GRACE = Duration.ofSeconds(1);

    private final RaftNode node;
    private final KvHttpServer http;
    private final LeaderAnnouncer announcer;
    private final URI clientAddress;

    private KvServer(RaftNode node, KvHttpServer http, LeaderAnnouncer announcer, URI clientAddress) {
        this.node = node;
        this.http = http;
        this.announcer = announcer;
        this.clientAddress = clientAddress;
    }

    /**
     * What a server is made of, besides its settings: where tests put other parts in.
     *
     * @param state holds the data
     * @param disk holds the files
     */
    record Parts(KvState state, Disk disk) {

        static Parts usual(ServerSettings settings) {
            return new Parts(new KvStateMachine(), new NioDisk(settings.data()));
        }
    }

    /**
     * Takes the ports, then opens the directory, then joins the cluster: a taken port leaves the directory as it was.
     *
     * @throws CommandFailure if the port for clients is taken, or the snapshot to begin with is no good
     * @throws io.balsa.raft.transport.TransportException if the port for servers is
     */
    static KvServer start(ServerSettings settings, Parts parts) throws CommandFailure {
        KvHttpServer http = bindHttp(settings);
        try {
            if (settings.snapshots().seed().isPresent()) {
                Seed.plant(settings, settings.snapshots().seed().get(), parts.disk());
            }
            return start(settings, parts, http);
        } catch (RuntimeException | CommandFailure e) {
            http.close();
            throw e;
        }
    }

    private static KvServer start(ServerSettings settings, Parts parts, KvHttpServer http) {
        RaftNode node = NodeAssembly.assemble(settings, parts.state(), parts.disk());
        try {
            node.start();
        } catch (RuntimeException e) {
            node.close();
            throw e;
        }
        // A leader cut off from its majority gives up within two election timeouts, and says so better than a timeout.
        Duration deadline = settings.timing().electionTimeout().multipliedBy(2).plus(GRACE);
        URI clientAddress = settings.clientAddress(http.port());
        Redirects redirects = new Redirects(node, parts.state());
        AdminApi admin = new AdminApi(node, redirects, Downloads.beside(settings.data()));
        http.start(new KvApi(node, parts.state(), deadline, redirects, admin));
        return new KvServer(node, http, LeaderAnnouncer.start(node, clientAddress), clientAddress);
    }

    private static KvHttpServer bindHttp(ServerSettings settings) throws CommandFailure {
        try {
            return KvHttpServer.bind(settings.http());
        } catch (IOException | IllegalArgumentException e) {
            throw cannotListen("--http", settings.http(), e);
        }
    }

    private static CommandFailure cannotListen(String option, HostPort address, Exception cause) {
        String reason = cause.getMessage() == null ? "the host is not known" : cause.getMessage();
        return new CommandFailure(ExitCode.FAILED, "cannot listen on " + option + " " + address + ": " + reason);
    }

    /** Where clients reach it. */
    URI clientAddress() {
        return clientAddress;
    }

    /** Completes when the node has stopped, exceptionally if by a failure. */
    CompletableFuture<Void> terminated() {
        return node.terminated();
    }

    /** Stops the node first, so that the requests under way get an answer, then the client API. */
    @Override
    public void close() {
        announcer.close();
        node.close();
        http.close();
    }
}
