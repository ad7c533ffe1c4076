package io.balsa.raft.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/** What benchmarks leave behind, and how they get rid of it. */
final class Directories {

    private Directories() {}

    /** Deletes a directory and all in it; says so if that is not possible, for the numbers are good all the same. */
    static void delete(Path directory) {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            System.err.println("not all of " + directory + " could be deleted: " + e.getMessage());
        }
    }
}
