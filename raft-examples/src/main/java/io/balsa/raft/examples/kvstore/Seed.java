package io.balsa.raft.examples.kvstore;

import io.balsa.raft.ExportedSnapshot;
import io.balsa.raft.cluster.NodeId;
import io.balsa.raft.cluster.NodeIdentity;
import io.balsa.raft.storage.file.Disk;
import io.balsa.raft.storage.file.OfflineStore;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Optional;

/** Makes the store of a new server out of a snapshot that another one exported. */
final class Seed {

    private Seed() {}

    /**
     * Begins an empty directory with what is in {@code file}.
     *
     * @throws CommandFailure if the file cannot be read, or comes from another cluster
     * @throws io.balsa.raft.storage.StorageException if there is a store already, or the file is damaged
     */
    static void plant(ServerSettings settings, Path file, Disk disk) throws CommandFailure {
        plant(Optional.of(settings.cluster()), NodeId.of(settings.id()), file, disk);
    }

    /**
     * Begins an empty directory with what is in {@code file}.
     *
     * @param cluster where it must come from; empty if that may be any
     * @param node whose store it becomes
     * @return what it begins with
     * @throws CommandFailure if the file cannot be read, or comes from another cluster
     * @throws io.balsa.raft.storage.StorageException if there is a store already, or the file is damaged
     */
    static ExportedSnapshot plant(Optional<String> cluster, NodeId node, Path file, Disk disk) throws CommandFailure {
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
            ExportedSnapshot exported = ExportedSnapshot.read(in);
            if (cluster.isPresent() && !exported.cluster().equals(cluster.get())) {
                throw new CommandFailure(
                        ExitCode.FAILED,
                        "the snapshot in " + file + " comes from cluster '" + exported.cluster() + "', not from '"
                                + cluster.get() + "'");
            }
            long storeId = new SecureRandom().nextLong(1, Long.MAX_VALUE);
            OfflineStore.on(disk).seed(new NodeIdentity(exported.cluster(), node, storeId), exported.info(), in);
            return exported;
        } catch (IOException e) {
            String reason = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
            throw new CommandFailure(ExitCode.FAILED, "the snapshot in " + file + " cannot be used: " + reason);
        }
    }
}
