package io.balsa.raft.examples.kvstore;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/**
 * Where exported snapshots lie while clients fetch them. A client may be slow, and the node takes no other snapshot
 * while one is exported: so the export goes to a file, on the disk that has the data, and the client gets it from there.
 */
final class Downloads {

    private final Path directory;
    private final AtomicLong number = new AtomicLong();

    private Downloads(Path directory) {
        this.directory = directory;
    }

    /** In a directory beside {@code data}, which is made when it is needed. What a crash left in it is deleted. */
    static Downloads beside(Path data) {
        Path absolute = data.toAbsolutePath();
        Downloads downloads = new Downloads(absolute.resolveSibling(absolute.getFileName() + ".downloads"));
        downloads.deleteLeftovers();
        return downloads;
    }

    private void deleteLeftovers() {
        if (!Files.isDirectory(directory)) {
            return;
        }
        try (Stream<Path> all = Files.list(directory)) {
            List<Path> leftovers = all.toList();
            for (Path leftover : leftovers) {
                Files.deleteIfExists(leftover);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("what was left in " + directory + " cannot be deleted", e);
        }
    }

    /** A place for one more file, which is not there yet. */
    Path next() throws IOException {
        Files.createDirectories(directory);
        return directory.resolve(number.incrementAndGet() + ".snapshot");
    }
}
