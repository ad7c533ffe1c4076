package io.balsa.raft.runtime;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/** Where snapshots are exported to. */
final class ExportTargets {

    private ExportTargets() {}

    /** The caller's stream, which stays the caller's. */
    record Stream(OutputStream out) implements SnapshotExport.Target {

        @Override
        public OutputStream open() {
            return out;
        }

        @Override
        public void finish() throws IOException {
            out.flush();
        }

        @Override
        public void abandon() {}
    }

    /** A new file. */
    static final class File implements SnapshotExport.Target {

        private final Path path;
        private @Nullable FileChannel channel;

        File(Path path) {
            this.path = path;
        }

        @Override
        public OutputStream open() throws IOException {
            FileChannel opened = FileChannel.open(path, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW);
            channel = opened;
            return Channels.newOutputStream(opened);
        }

        @Override
        public void finish() throws IOException {
            if (channel != null) {
                channel.force(true);
                channel.close();
                syncFolder();
            }
        }

        /** Its name too shall be there after a power cut. Not every system can do that. */
        private void syncFolder() {
            Path folder = path.toAbsolutePath().getParent();
            if (folder == null) {
                return;
            }
            try (FileChannel names = FileChannel.open(folder, StandardOpenOption.READ)) {
                names.force(true);
            } catch (IOException e) {
                channel = null; // as much as can be done here is done
            }
        }

        /** Only what was made here is deleted. */
        @Override
        public void abandon() {
            if (channel == null) {
                return;
            }
            try {
                channel.close();
                Files.deleteIfExists(path);
            } catch (IOException e) {
                channel = null; // the future says what went wrong first
            }
        }
    }
}
