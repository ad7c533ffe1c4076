package io.balsa.raft.storage.file;

/**
 * What a {@link FileStorage.Builder} was told.
 *
 * @param segmentBytes how large a segment of the log becomes
 * @param snapshotsToKeep how many snapshots are kept
 * @param mendFromPeers whether a damaged store is opened, so that a leader can give it back what it lost
 * @param scrubBytesPerSecond how much of what is finished is read again in a second; 0 for nothing
 */
record Settings(int segmentBytes, int snapshotsToKeep, boolean mendFromPeers, long scrubBytesPerSecond) {}
