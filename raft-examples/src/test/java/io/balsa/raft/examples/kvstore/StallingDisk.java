package io.balsa.raft.examples.kvstore;

import io.balsa.raft.storage.file.Disk;
import io.balsa.raft.storage.file.DiskFile;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** A disk whose syncs do not come back as long as there is a certain file. */
record StallingDisk(Disk disk, Path switchFile) implements Disk {

    private static final Duration FOREVER = Duration.ofMinutes(5);

    private void stall() {
        LocalCluster.await(FOREVER, () -> !Files.exists(switchFile));
    }

    private record StallingFile(DiskFile file, StallingDisk disk) implements DiskFile {

        @Override
        public void force() throws IOException {
            disk.stall();
            file.force();
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
    public DiskFile create(String name) throws IOException {
        return new StallingFile(disk.create(name), this);
    }

    @Override
    public DiskFile open(String name) throws IOException {
        return new StallingFile(disk.open(name), this);
    }

    @Override
    public void syncDirectory() throws IOException {
        stall();
        disk.syncDirectory();
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
    public void rename(String from, String to) throws IOException {
        disk.rename(from, to);
    }

    @Override
    public void delete(String name) throws IOException {
        disk.delete(name);
    }

    @Override
    public String toString() {
        return disk.toString();
    }
}
