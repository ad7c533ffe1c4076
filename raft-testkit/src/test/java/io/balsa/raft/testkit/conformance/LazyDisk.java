package io.balsa.raft.testkit.conformance;

import io.balsa.raft.storage.file.Disk;
import io.balsa.raft.storage.file.DiskFile;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/** A disk that makes nothing durable while it is lazy. */
final class LazyDisk implements Disk {

    private final Disk disk;
    boolean isLazy;

    LazyDisk(Disk disk) {
        this.disk = disk;
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
        return new LazyFile(disk.create(name));
    }

    @Override
    public DiskFile open(String name) throws IOException {
        return new LazyFile(disk.open(name));
    }

    @Override
    public boolean isFull(IOException failure) {
        return disk.isFull(failure);
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
        if (!isLazy) {
            disk.syncDirectory();
        }
    }

    private final class LazyFile implements DiskFile {

        private final DiskFile file;

        LazyFile(DiskFile file) {
            this.file = file;
        }

        @Override
        public int read(ByteBuffer into, long position) throws IOException {
            return file.read(into, position);
        }

        @Override
        public int write(ByteBuffer from, long position) throws IOException {
            return file.write(from, position);
        }

        @Override
        public void preallocate(long size) throws IOException {
            file.preallocate(size);
        }

        @Override
        public void force() throws IOException {
            if (!isLazy) {
                file.force();
            }
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
}
