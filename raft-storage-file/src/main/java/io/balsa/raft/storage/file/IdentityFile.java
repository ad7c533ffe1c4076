package io.balsa.raft.storage.file;

import io.balsa.raft.cluster.Membership;
import io.balsa.raft.cluster.NodeIdentity;
import io.balsa.raft.storage.StorageException;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;

/**
 * The file that makes a directory a store: whose it is, and the membership that the cluster began with. It is written once
 * and never changes. After the {@linkplain FileStamp stamp} come the length of the membership (u32) and {@link
 * Membership#encode its encoding}.
 */
record IdentityFile(NodeIdentity identity, Membership founding) {

    // Far more than the largest membership needs; a bound, so that a damaged directory cannot exhaust the memory.
    private static final int MAX_BYTES = 128 * 1024 * 1024;

    ByteBuffer encode() {
        byte[] membership = founding.encode();
        ByteBuffer block = FileStamp.begin(
                FileStamp.IDENTITY_MAGIC, FileStamp.BYTES + Integer.BYTES + membership.length, identity);
        return FileStamp.seal(block.putInt(membership.length).put(membership));
    }

    /** Reads the file, and makes sure that it is whole and of our format. */
    static IdentityFile read(Disk disk) throws IOException {
        ByteBuffer block;
        try (DiskFile file = disk.open(FileNames.IDENTITY)) {
            block = file.readAll(ByteBuffer.allocate((int) Math.min(file.size(), MAX_BYTES)), 0);
        }
        if (!FileStamp.isSound(block, FileStamp.IDENTITY_MAGIC)) {
            throw damaged(disk, "it is not an identity file, or its checksum is wrong");
        }
        if (FileStamp.formatOf(block) != FileStamp.FORMAT) {
            throw new StorageException("the store in " + disk + " has format " + FileStamp.formatOf(block)
                    + ", but this version of Balsa knows only format " + FileStamp.FORMAT
                    + "; start it with the version that wrote the store");
        }
        try {
            NodeIdentity identity = FileStamp.identityOf(block);
            if (block.getInt() != block.remaining()) {
                throw damaged(disk, "its length contradicts itself");
            }
            byte[] membership = new byte[block.remaining()];
            block.get(membership);
            return new IdentityFile(identity, Membership.decode(membership));
        } catch (IllegalArgumentException | BufferUnderflowException e) {
            throw damaged(disk, "its contents make no sense (" + e.getMessage() + ")");
        }
    }

    /** Makes sure that the store belongs to the server that asks. */
    void requireOwner(Disk disk, NodeIdentity asking) {
        if (!identity.cluster().equals(asking.cluster())) {
            throw new StorageException("the store in " + disk + " belongs to cluster '" + identity.cluster()
                    + "', not to '" + asking.cluster() + "'; give the server a directory of its own");
        }
        if (!identity.node().equals(asking.node())) {
            throw new StorageException("the store in " + disk + " belongs to node "
                    + identity.node().value() + ", not to node " + asking.node().value()
                    + "; give the server a directory of its own");
        }
    }

    private static CorruptionException damaged(Disk disk, String problem) {
        return new CorruptionException(disk.toString(), FileNames.IDENTITY, 0, 0, problem);
    }
}
