package io.balsa.raft.benchmarks;

import io.balsa.raft.storage.file.Disk;
import io.balsa.raft.storage.file.DiskFile;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/** Another disk whose syncs and writes of files are measured; what is preallocated is not written. */
record MeteredDisk(Disk disk, SyncMeter meter) implements Disk {

    private record MeteredFile(DiskFile file, SyncMeter meter) implements DiskFile {

        @Override
        public int read(ByteBuffer into, long position) throws IOException {
            return file.read(into, position);
        }

        @Override
        public int write(ByteBuffer from, long position) throws IOException {
            int written = file.write(from, position);
            meter.wrote(written);
            return written;
        }

        @Override
        public void preallocate(long size) throws IOException {
            file.preallocate(size);
        }

        @Override
        public void force() throws IOException {
            meter.measure(file::force);
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
        return new MeteredFile(disk.create(name), meter);
    }

    @Override
    public DiskFile open(String name) throws IOException {
        return new MeteredFile(disk.open(name), meter);
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
