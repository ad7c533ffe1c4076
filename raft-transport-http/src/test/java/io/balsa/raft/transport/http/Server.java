package io.balsa.raft.transport.http;

import io.balsa.raft.cluster.Member;
import io.balsa.raft.cluster.NodeId;
import io.balsa.raft.cluster.NodeIdentity;
import io.balsa.raft.transport.Frame;
import io.balsa.raft.transport.Lane;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;

/** A started transport with its receiver. */
final class Server implements AutoCloseable {

    static final Duration SILENCE = Duration.ofMillis(250);

    final NodeId id;
    final Recorder recorder = new Recorder();
    final HttpTransport transport;

    private Server(long id, String listen, UnaryOperator<HttpTransport.Builder> settings) {
        this.id = NodeId.of(id);
        transport = settings.apply(HttpTransport.builder()
                        .listen(listen)
                        .silenceTimeout(SILENCE)
                        .reconnect(Duration.ofMillis(5), Duration.ofMillis(50)))
                .build();
    }

    static Server start(long id) {
        return start(id, "127.0.0.1:0", settings -> settings);
    }

    static Server start(long id, String listen, UnaryOperator<HttpTransport.Builder> settings) {
        Server server = new Server(id, listen, settings);
        server.transport.start(new NodeIdentity("test", server.id, id), server.recorder);
        return server;
    }

    static void connect(Server one, Server two) {
        one.knows(two.member());
        two.knows(one.member());
    }

    Member member() {
        return new Member(id, transport.address());
    }

    void knows(Member... peers) {
        transport.members(List.of(peers));
    }

    void send(Server to, int number) {
        send(to.id, Frames.numbered(Lane.ENTRIES, number));
    }

    void send(NodeId to, Frame frame) {
        transport.send(to, frame);
        transport.flush();
    }

    /** How the only link is doing. */
    LinkStatus link() {
        return transport.links().get(0);
    }

    boolean hasReceived(int number) {
        return recorder.numbers().contains(number);
    }

    @Override
    public void close() {
        transport.close();
    }
}
