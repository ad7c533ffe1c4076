/** Fault injection for Balsa and for users' own state machines. */
@org.jspecify.annotations.NullMarked
module io.balsa.raft.testkit {
    requires static org.jspecify;
    requires static info.picocli; // of the command line only, whose jar brings it
    requires java.management;
    requires transitive io.balsa.raft;
    requires transitive io.balsa.raft.storage.file;

    exports io.balsa.raft.testkit;
    exports io.balsa.raft.testkit.conformance;
    exports io.balsa.raft.testkit.linearizability;

    opens io.balsa.raft.testkit.cli to
            info.picocli;
}
