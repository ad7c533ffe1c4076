package io.balsa.raft.testkit.conformance;

import io.balsa.raft.storage.file.Disk;
import io.balsa.raft.storage.file.DiskFile;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A disk that, once it has failed to make a file or the directory durable, only pretends to do so when it is asked again: as
 * Linux does, which takes a page that could not be written for a clean one. For one thread.
 */
final class PretendingDisk implements Disk {

    private static final String DIRECTORY = ".";

    private final Disk disk;
    private final Set<String> unsound = new HashSet<>();

    PretendingDisk(Disk disk) {
        this.disk = disk;
    }

    private interface Sync {
        void run() throws IOException;
    }

    private void sync(String name, Sync sync) throws IOException {
        if (unsound.contains(name)) {
            return;
        }
        try {
            sync.run();
        } catch (IOException e) {
            unsound.add(name);
            throw e;
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
        DiskFile created = disk.create(name);
        unsound.remove(name);
        return new Handle(name, created);
    }

    @Override
    public DiskFile open(String name) throws IOException {
        return new Handle(name, disk.open(name));
    }

    @Override
    public boolean isFull(IOException failure) {
        return disk.isFull(failure);
    }

    @Override
    public void rename(String from, String to) throws IOException {
        disk.rename(from, to);
        if (unsound.remove(from)) {
            unsound.add(to);
        } else {
            unsound.remove(to);
        }
    }

    @Override
    public void delete(String name) throws IOException {
        disk.delete(name);
    }

    @Override
    public void syncDirectory() throws IOException {
        sync(DIRECTORY, disk::syncDirectory);
    }

    @Override
    public String toString() {
        return disk.toString();
    }

    private final class Handle implements DiskFile {

        private final String name;
        private final DiskFile file;

        Handle(String name, DiskFile file) {
            this.name = name;
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
            sync(name, file::force);
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
