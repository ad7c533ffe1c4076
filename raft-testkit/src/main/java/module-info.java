/** Fault injection for Balsa and for users' own state machines. */
@org.jspecify.annotations.NullMarked
module io.balsa.raft.testkit {
    requires static org.jspecify;
    requires transitive io.balsa.raft;
    requires transitive io.balsa.raft.storage.file;

    exports io.balsa.raft.testkit;
    exports io.balsa.raft.testkit.linearizability;
}
