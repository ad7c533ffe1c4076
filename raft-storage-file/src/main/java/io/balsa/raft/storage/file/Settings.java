package io.balsa.raft.storage.file;

/**
 * What a {@link FileStorage.Builder} was told.
 *
 * @param segmentBytes how large a segment of the log becomes
 * @param snapshotsToKeep how many snapshots are kept
 */
record Settings(int segmentBytes, int snapshotsToKeep) {}
