/** Balsa, an embeddable Raft consensus library: API, SPI, consensus core and runtime. */
@org.jspecify.annotations.NullMarked
@SuppressWarnings("module") // the testkit is compiled later than this module
module io.balsa.raft {
    requires static org.jspecify;
    requires org.slf4j;

    exports io.balsa.raft;
    exports io.balsa.raft.cluster;
    exports io.balsa.raft.storage;
    exports io.balsa.raft.transport;
    exports io.balsa.raft.message to
            io.balsa.raft.testkit;
    exports io.balsa.raft.core to
            io.balsa.raft.testkit;
    exports io.balsa.raft.runtime to
            io.balsa.raft.testkit;
    exports io.balsa.raft.session to
            io.balsa.raft.testkit;
    exports io.balsa.raft.divergence to
            io.balsa.raft.testkit;
}
