package io.balsa.raft.storage.file;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/** A disk on which there is only so much room: what does not fit is carried out in part, and fails, as on a real one. */
final class FullDisk implements Disk {

    private final FaultyDisk disk;
    private long capacity = Long.MAX_VALUE;

    FullDisk(FaultyDisk disk) {
        this.disk = disk;
    }

    /** Leaves so many bytes of room. */
    FullDisk leave(long bytes) throws IOException {
        capacity = used() + bytes;
        return this;
    }

    /** Lets there be as much room as anybody wants. */
    void clear() {
        capacity = Long.MAX_VALUE;
    }

    private long used() throws IOException {
        long bytes = 0;
        for (String name : disk.list()) {
            bytes += disk.bytes(name).length;
        }
        return bytes;
    }

    private static IOException noSpace() {
        return new IOException("No space left on device");
    }

    private final class Limited implements DiskFile {

        private final DiskFile file;

        Limited(DiskFile file) {
            this.file = file;
        }

        /** How large the file may become, if it is to become so large. */
        private long fitting(long size) throws IOException {
            long now = file.size();
            if (size <= now || capacity == Long.MAX_VALUE) {
                return size;
            }
            return Math.min(size, now + Math.max(0, capacity - used()));
        }

        @Override
        public int read(ByteBuffer into, long position) throws IOException {
            return file.read(into, position);
        }

        @Override
        public int write(ByteBuffer from, long position) throws IOException {
            int length = (int) (fitting(position + from.remaining()) - position);
            if (length <= 0) {
                throw noSpace();
            }
            ByteBuffer part = from.slice().limit(length);
            int written = file.write(part, position);
            from.position(from.position() + written);
            return written;
        }

        @Override
        public void preallocate(long size) throws IOException {
            long fitting = fitting(size);
            file.preallocate(fitting);
            if (fitting < size) {
                throw noSpace();
            }
        }

        @Override
        public void force() throws IOException {
            file.force();
        }

        @Override
        public void truncate(long size) throws IOException {
            file.truncate(size);
        }

        @Override
        public long size() throws IOException {
            return file.size();
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }

    @Override
    public void createDirectory() throws IOException {
        disk.createDirectory();
    }

    @Override
    public Optional<Closeable> lock(String name) throws IOException {
        return disk.lock(name);
    }

    @Override
    public List<String> list() throws IOException {
        return disk.list();
    }

    @Override
    public DiskFile create(String name) throws IOException {
        return new Limited(disk.create(name));
    }

    @Override
    public DiskFile open(String name) throws IOException {
        return new Limited(disk.open(name));
    }

    @Override
    public void rename(String from, String to) throws IOException {
        disk.rename(from, to);
    }

    @Override
    public void delete(String name) throws IOException {
        disk.delete(name);
    }

    @Override
    public void syncDirectory() throws IOException {
        disk.syncDirectory();
    }

    @Override
    public String toString() {
        return disk.toString();
    }
}
