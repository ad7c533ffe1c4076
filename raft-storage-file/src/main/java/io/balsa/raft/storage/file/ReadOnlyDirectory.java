package io.balsa.raft.storage.file;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A directory that is only looked at: files are opened for reading, so a directory that may not be written to will do. The
 * lock is a shared one: it keeps servers out, and lets others look at the same time.
 */
record ReadOnlyDirectory(Path directory) implements Disk {

    private static UnsupportedOperationException refused() {
        return new UnsupportedOperationException("a store that is looked at is not changed");
    }

    @Override
    public List<String> list() throws IOException {
        return new NioDisk(directory).list();
    }

    @Override
    public DiskFile open(String name) throws IOException {
        return new NioDiskFile(FileChannel.open(directory.resolve(name), StandardOpenOption.READ));
    }

    @Override
    public Optional<Closeable> lock(String name) throws IOException {
        FileChannel channel = FileChannel.open(directory.resolve(name), StandardOpenOption.READ);
        boolean locked = false;
        try {
            @Nullable FileLock lock = channel.tryLock(0, Long.MAX_VALUE, true);
            locked = lock != null;
            return locked ? Optional.of(channel) : Optional.empty();
        } catch (OverlappingFileLockException e) {
            return Optional.empty();
        } finally {
            if (!locked) {
                channel.close();
            }
        }
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
        return directory.toString();
    }
}
