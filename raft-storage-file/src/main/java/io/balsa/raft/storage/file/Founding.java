package io.balsa.raft.storage.file;

import io.balsa.raft.storage.HardState;
import io.balsa.raft.storage.LogPosition;
import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;

/**
 * The making of a store. All files are made aside and forced; then one rename, that of the identity, turns the directory
 * into a store; then the others get their names. A crash before the rename leaves no store, a crash after it a store that
 * the next opening {@linkplain #finish finishes}.
 */
final class Founding {

    private static final String FIRST_SEGMENT = FileNames.segment(0);

    private final Disk disk;

    Founding(Disk disk) {
        this.disk = disk;
    }

    /**
     * What a store begins with.
     *
     * @param hardState term and vote
     * @param base the log begins after this; a snapshot that covers it was made aside before
     */
    record Beginning(HardState hardState, LogPosition base) {

        static final Beginning EMPTY = new Beginning(HardState.INITIAL, LogPosition.ZERO);
    }

    void found(IdentityFile identity, Beginning beginning, long segmentBytes) throws IOException {
        HardStateFile.prepare(disk, identity.identity(), beginning.hardState);
        SegmentHeader header = new SegmentHeader(identity.identity(), 0, beginning.base, 0);
        NewFile.prepare(disk, FIRST_SEGMENT, header.encode(), Preallocation.first(segmentBytes))
                .close();
        NewFile.prepare(disk, FileNames.IDENTITY, identity.encode(), 0).close();
        disk.syncDirectory();
        NewFile.publish(disk, FileNames.IDENTITY);
        finish(disk.list());
    }

    /**
     * Gives the other files of a store their names if they do not have them yet. Whoever finds one of them must find the
     * identity, whose name may so far be only in the memory of the operating system, so that one is made durable first.
     */
    void finish(List<String> files) throws IOException {
        List<String> nameless = nameless(files);
        if (!nameless.isEmpty()) {
            disk.syncDirectory();
        }
        for (String name : nameless) {
            NewFile.publish(disk, name);
        }
        disk.syncDirectory();
    }

    /** What the files are to be called that were made aside and have no name yet. */
    static List<String> nameless(List<String> files) {
        Stream<String> snapshot = files.stream()
                .filter(name -> name.endsWith(FileNames.NEW))
                .map(name -> FileNames.without(FileNames.NEW, name))
                .filter(FileNames::isSnapshot);
        return Stream.concat(snapshot, Stream.of(FileNames.HARD_STATE, FIRST_SEGMENT))
                .filter(name -> !files.contains(name) && files.contains(name + FileNames.NEW))
                .toList();
    }
}
