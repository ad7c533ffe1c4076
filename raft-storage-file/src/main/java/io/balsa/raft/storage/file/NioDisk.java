package io.balsa.raft.storage.file;

import java.io.Closeable;
import java.io.File;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A {@link Disk} that is a directory of the file system.
 *
 * <p>A thread that is interrupted while it reads or writes loses the handle it uses, as with any {@link FileChannel}; so
 * {@link FileStorage} reads and writes through different handles.
 */
public final class NioDisk implements Disk {

    // Windows has no way to sync a directory, and does not need one.
    private static final boolean DIRECTORIES_CAN_BE_SYNCED = File.separatorChar == '/';

    private static final long BLOCK_BYTES = 4096;

    private final Path directory;

    /** The disk in this directory, which need not be there yet. */
    public NioDisk(Path directory) {
        this.directory = Objects.requireNonNull(directory, "directory");
    }

    @Override
    public void createDirectory() throws IOException {
        if (Files.isDirectory(directory)) {
            return;
        }
        if (Files.exists(directory)) {
            throw new NotDirectoryException(directory.toString());
        }
        Deque<Path> missing = new ArrayDeque<>();
        @Nullable Path above = directory.toAbsolutePath();
        while (above != null && !Files.exists(above)) {
            missing.push(above);
            above = above.getParent();
        }
        for (Path next : missing) {
            Files.createDirectory(next);
            Path parent = next.getParent();
            if (parent != null) {
                sync(parent);
            }
        }
    }

    @Override
    public Optional<Closeable> lock(String name) throws IOException {
        FileChannel channel = FileChannel.open(
                directory.resolve(name), StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        boolean locked = false;
        try {
            @Nullable FileLock lock = channel.tryLock();
            locked = lock != null;
            // Closing the channel gives the lock back as well.
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
    public List<String> list() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> directory.relativize(file).toString()).toList();
        }
    }

    @Override
    public DiskFile create(String name) throws IOException {
        return new NioDiskFile(FileChannel.open(
                directory.resolve(name),
                StandardOpenOption.CREATE_NEW,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE));
    }

    @Override
    public DiskFile open(String name) throws IOException {
        return new NioDiskFile(
                FileChannel.open(directory.resolve(name), StandardOpenOption.READ, StandardOpenOption.WRITE));
    }

    @Override
    public void rename(String from, String to) throws IOException {
        Files.move(directory.resolve(from), directory.resolve(to), StandardCopyOption.ATOMIC_MOVE);
    }

    @Override
    public void delete(String name) throws IOException {
        Files.delete(directory.resolve(name));
    }

    @Override
    public void syncDirectory() throws IOException {
        sync(directory);
    }

    /** In whatever language the system says so: a disk that has not even a block left is full. */
    @Override
    public boolean isFull(IOException failure) {
        return OutOfSpace.isSaidBy(failure) || usableBytes() < BLOCK_BYTES;
    }

    private long usableBytes() {
        try {
            return Files.getFileStore(directory).getUsableSpace();
        } catch (IOException e) {
            return Long.MAX_VALUE; // then nobody knows, and it is taken for what it says it is
        }
    }

    private static void sync(Path directory) throws IOException {
        if (DIRECTORIES_CAN_BE_SYNCED) {
            try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
                channel.force(true);
            }
        }
    }

    @Override
    public String toString() {
        return directory.toString();
    }
}
