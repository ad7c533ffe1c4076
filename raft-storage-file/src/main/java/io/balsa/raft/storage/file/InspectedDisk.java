package io.balsa.raft.storage.file;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongConsumer;

/**
 * A disk as the next start of a server would find it: files of a store whose making a crash cut short are seen under the
 * names that the start would give them. Refuses to change anything, and counts what is read. For one thread.
 */
final class InspectedDisk implements Disk {

    private final Disk disk;
    private final List<String> nameless;
    private LongConsumer counter = bytes -> {};

    /** That disk, which is not touched before {@link #list} or {@link #open} is called, and its files that have no name. */
    InspectedDisk(Disk disk, List<String> nameless) {
        this.disk = disk;
        this.nameless = List.copyOf(nameless);
    }

    /** From now on tells {@code counter} how many bytes each read has got. */
    void countWith(LongConsumer counter) {
        this.counter = counter;
    }

    private static UnsupportedOperationException refused() {
        return new UnsupportedOperationException("a store that is looked at is not changed");
    }

    @Override
    public List<String> list() throws IOException {
        List<String> files = new ArrayList<>(disk.list());
        files.addAll(nameless);
        return files;
    }

    @Override
    public DiskFile open(String name) throws IOException {
        return new CountedFile(disk.open(nameless.contains(name) ? name + FileNames.NEW : name));
    }

    @Override
    public Optional<Closeable> lock(String name) {
        throw refused();
    }

    @Override
    public void createDirectory() {
        throw refused();
    }

    @Override
    public DiskFile create(String name) {
        throw refused();
    }

    @Override
    public void rename(String from, String to) {
        throw refused();
    }

    @Override
    public void delete(String name) {
        throw refused();
    }

    @Override
    public void syncDirectory() {
        throw refused();
    }

    @Override
    public String toString() {
        return disk.toString();
    }

    private final class CountedFile implements DiskFile {

        private final DiskFile file;

        CountedFile(DiskFile file) {
            this.file = file;
        }

        @Override
        public int read(ByteBuffer into, long position) throws IOException {
            int bytes = file.read(into, position);
            counter.accept(Math.max(0, bytes));
            return bytes;
        }

        @Override
        public long size() throws IOException {
            return file.size();
        }

        @Override
        public void close() throws IOException {
            file.close();
        }

        @Override
        public int write(ByteBuffer from, long position) {
            throw refused();
        }

        @Override
        public void preallocate(long size) {
            throw refused();
        }

        @Override
        public void force() {
            throw refused();
        }

        @Override
        public void truncate(long size) {
            throw refused();
        }
    }
}
