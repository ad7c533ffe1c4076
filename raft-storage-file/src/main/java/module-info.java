/** Durable log and hard state in plain files. */
@org.jspecify.annotations.NullMarked
module io.balsa.raft.storage.file {
    requires static org.jspecify;
    requires transitive io.balsa.raft;

    exports io.balsa.raft.storage.file;
}
