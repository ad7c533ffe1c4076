package io.balsa.raft.storage.file;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * A file that is made aside, under a name that means nothing, and gets its real name when it is whole and durable. So a
 * file with a real name is never half made, and if it is damaged, then it was damaged.
 */
final class NewFile {

    private NewFile() {}

    /**
     * Makes the file aside and forces it; the caller renames it with {@link #publish}.
     *
     * @throws NoRoomException if there is no room for it; nothing of it is left
     */
    static DiskFile prepare(Disk disk, String name, ByteBuffer contents, long size) throws IOException {
        DiskFile file = create(disk, name);
        try {
            fill(disk, file, name, contents, size);
            file.force();
            return file;
        } catch (IOException e) {
            file.close();
            throw e;
        }
    }

    private static DiskFile create(Disk disk, String name) throws IOException {
        try {
            return disk.create(name + FileNames.NEW);
        } catch (IOException e) {
            throw disk.isFull(e) ? new NoRoomException(e) : e;
        }
    }

    private static void fill(Disk disk, DiskFile file, String name, ByteBuffer contents, long size) throws IOException {
        try {
            file.writeAll(contents, 0);
            file.preallocate(size);
        } catch (IOException e) {
            if (!disk.isFull(e)) {
                throw e;
            }
            disk.delete(name + FileNames.NEW);
            throw new NoRoomException(e);
        }
    }

    /** Gives the file its real name; durable once the directory is synced. */
    static void publish(Disk disk, String name) throws IOException {
        disk.rename(name + FileNames.NEW, name);
    }
}
