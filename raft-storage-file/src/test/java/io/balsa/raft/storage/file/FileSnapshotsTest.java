package io.balsa.raft.storage.file;

import io.balsa.raft.storage.Storage;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("Snapshots in files")
class FileSnapshotsTest extends SnapshotContract {

    @TempDir
    Path directory;

    @Override
    Storage newStorage() {
        return FileStorage.open(directory.resolve("data"));
    }
}
