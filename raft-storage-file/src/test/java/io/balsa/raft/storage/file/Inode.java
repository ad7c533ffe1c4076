package io.balsa.raft.storage.file;

/** What a {@link FaultyDisk} knows of a file, whatever it is called. The arrays are replaced and never changed. */
final class Inode {
    byte[] durable = new byte[0];
    byte[] visible = new byte[0];

    Inode copy() {
        Inode copy = new Inode();
        copy.durable = durable;
        copy.visible = visible;
        return copy;
    }
}
