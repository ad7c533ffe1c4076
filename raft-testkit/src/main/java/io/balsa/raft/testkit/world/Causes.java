package io.balsa.raft.testkit.world;

import io.balsa.raft.storage.StorageException;
import io.balsa.raft.testkit.oracle.Violation;
import java.util.Optional;

/** Why a node has stopped by itself. */
final class Causes {

    private Causes() {}

    /** What an oracle found, if that is why. */
    static Optional<Violation> violationIn(Throwable cause) {
        for (Throwable reason = cause; reason != null; reason = reason.getCause()) {
            if (reason instanceof Violation found) {
                return Optional.of(found);
            }
        }
        return Optional.empty();
    }

    /** Whether its storage is why. */
    static boolean isOfDisk(Throwable cause) {
        for (Throwable reason = cause; reason != null; reason = reason.getCause()) {
            if (reason instanceof StorageException) {
                return true;
            }
        }
        return false;
    }
}
