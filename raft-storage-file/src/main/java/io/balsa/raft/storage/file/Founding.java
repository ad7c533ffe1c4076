package io.balsa.raft.storage.file;

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

    void found(IdentityFile identity, long segmentBytes) throws IOException {
        HardStateFile.prepare(disk, identity.identity());
        SegmentHeader header = new SegmentHeader(identity.identity(), 0, LogPosition.ZERO, 0);
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
        List<String> nameless = Stream.of(FileNames.HARD_STATE, FIRST_SEGMENT)
                .filter(name -> !files.contains(name) && files.contains(name + FileNames.NEW))
                .toList();
        if (!nameless.isEmpty()) {
            disk.syncDirectory();
        }
        for (String name : nameless) {
            NewFile.publish(disk, name);
        }
        disk.syncDirectory();
    }
}
