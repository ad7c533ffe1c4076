package io.balsa.raft.storage.file;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileSystemException;
import java.util.List;
import java.util.Optional;

/** A disk whose failures name the file that they hit, which a channel's do not. */
record NamingDisk(Disk disk) implements Disk {

    private interface Action<T> {
        T run() throws IOException;
    }

    private interface Step {
        void run() throws IOException;
    }

    private static <T> T naming(String name, Action<T> action) throws IOException {
        try {
            return action.run();
        } catch (IOException e) {
            String reason = String.valueOf(e.getMessage());
            if (e instanceof FileSystemException || reason.contains(name)) {
                throw e;
            }
            throw new IOException(name + ": " + (e.getMessage() == null ? e.toString() : reason), e);
        }
    }

    private static void naming(String name, Step step) throws IOException {
        naming(name, () -> {
            step.run();
            return true;
        });
    }

    @Override
    public void createDirectory() throws IOException {
        disk.createDirectory();
    }

    @Override
    public Optional<Closeable> lock(String name) throws IOException {
        return naming(name, () -> disk.lock(name));
    }

    @Override
    public List<String> list() throws IOException {
        return naming("the directory", disk::list);
    }

    @Override
    public DiskFile create(String name) throws IOException {
        return new NamingFile(name, naming(name, () -> disk.create(name)));
    }

    @Override
    public DiskFile open(String name) throws IOException {
        return new NamingFile(name, naming(name, () -> disk.open(name)));
    }

    @Override
    public void rename(String from, String to) throws IOException {
        naming(from, () -> disk.rename(from, to));
    }

    @Override
    public void delete(String name) throws IOException {
        naming(name, () -> disk.delete(name));
    }

    @Override
    public void syncDirectory() throws IOException {
        naming("the directory", disk::syncDirectory);
    }

    @Override
    public boolean isFull(IOException failure) {
        return disk.isFull(failure);
    }

    @Override
    public String toString() {
        return disk.toString();
    }

    private record NamingFile(String name, DiskFile file) implements DiskFile {

        @Override
        public int read(ByteBuffer into, long position) throws IOException {
            return naming(name, () -> file.read(into, position));
        }

        @Override
        public int write(ByteBuffer from, long position) throws IOException {
            return naming(name, () -> file.write(from, position));
        }

        @Override
        public void preallocate(long size) throws IOException {
            naming(name, () -> file.preallocate(size));
        }

        @Override
        public void force() throws IOException {
            naming(name, file::force);
        }

        @Override
        public void truncate(long size) throws IOException {
            naming(name, () -> file.truncate(size));
        }

        @Override
        public long size() throws IOException {
            return naming(name, file::size);
        }

        @Override
        public void close() throws IOException {
            naming(name, file::close);
        }
    }
}
