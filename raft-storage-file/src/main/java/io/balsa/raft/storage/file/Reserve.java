package io.balsa.raft.storage.file;

import java.io.IOException;

/**
 * Room that is kept for when there is no other: a file of zeros. As long as it is there, so much can still be written; it is
 * given up for what is under way when the disk becomes full, so that this need not be broken off, and made again as soon as
 * there is room. Means nothing to recovery, which deletes it. For one thread.
 */
final class Reserve {

    private final Disk disk;
    private final long bytes;
    private boolean there;

    /** Not there yet. */
    Reserve(Disk disk, long bytes) {
        this.disk = disk;
        this.bytes = bytes;
    }

    /**
     * Makes it, unless it is there.
     *
     * @return false if there is no room for it
     * @throws IOException if something else is wrong
     */
    boolean make() throws IOException {
        if (there) {
            return true;
        }
        try (DiskFile file = disk.create(FileNames.RESERVE)) {
            there = true;
            file.preallocate(bytes);
            return true;
        } catch (IOException e) {
            if (!disk.isFull(e)) {
                throw e;
            }
            giveUp();
            return false;
        }
    }

    /**
     * Deletes it.
     *
     * @return whether there was one
     */
    boolean giveUp() throws IOException {
        boolean was = there;
        if (was) {
            there = false;
            disk.delete(FileNames.RESERVE);
        }
        return was;
    }
}
