/** Raft messages over long-lived HTTP streams. */
@org.jspecify.annotations.NullMarked
module io.balsa.raft.transport.http {
    requires static org.jspecify;
    requires transitive io.balsa.raft;
    requires java.net.http;
    requires jdk.httpserver;
    requires org.slf4j;

    exports io.balsa.raft.transport.http;
}
