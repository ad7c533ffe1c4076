package io.balsa.raft.storage;

import io.balsa.raft.cluster.Membership;
import java.util.Objects;

/**
 * What a snapshot stands for: "the last included index and term", and "the latest configuration in the log as of last
 * included index" (dissertation section 5.1).
 *
 * <p>Two snapshots of the same position need not have the same bytes; those that are equal in all of this do, so a transfer
 * that one server began can be finished by another.
 *
 * @param last the position of the last entry it covers
 * @param membershipIndex where in the log the membership stands; 0 for the one the cluster was founded with
 * @param membership the membership as of {@code last}: never one that came later
 * @param sizeBytes how long it is
 * @param checksum CRC32C of all its bytes
 */
public record SnapshotInfo(
        LogPosition last, long membershipIndex, Membership membership, long sizeBytes, int checksum) {

    public SnapshotInfo {
        Objects.requireNonNull(last, "last");
        Objects.requireNonNull(membership, "membership");
        if (last.index() < 1 || membershipIndex < 0 || membershipIndex > last.index() || sizeBytes < 0) {
            throw new IllegalArgumentException(
                    "no snapshot: last " + last + ", membership of " + membershipIndex + ", " + sizeBytes + " bytes");
        }
    }

    /** Index of the last entry it covers. */
    public long index() {
        return last.index();
    }

    @Override
    public String toString() {
        return "snapshot of " + last + " (" + sizeBytes + " bytes)";
    }
}
