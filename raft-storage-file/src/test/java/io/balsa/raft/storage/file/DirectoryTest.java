package io.balsa.raft.storage.file;

import static io.balsa.raft.storage.file.Samples.FOUNDING;
import static io.balsa.raft.storage.file.Samples.IDENTITY;
import static io.balsa.raft.storage.file.Samples.open;
import static io.balsa.raft.storage.file.Samples.run;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.balsa.raft.cluster.NodeId;
import io.balsa.raft.cluster.NodeIdentity;
import io.balsa.raft.storage.StorageException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("A directory that cannot be used is refused in one sentence, and left as it is")
class DirectoryTest {

    @TempDir
    Path directory;

    private Map<String, ByteBuffer> files() throws IOException {
        Map<String, ByteBuffer> files = new TreeMap<>();
        try (Stream<Path> all = Files.list(directory)) {
            for (Path file : all.toList()) {
                files.put(file.getFileName().toString(), ByteBuffer.wrap(Files.readAllBytes(file)));
            }
        }
        return files;
    }

    private void makeStore() {
        FileStorage storage = FileStorage.open(directory);
        open(storage);
        storage.append(run(1, 1, "a"));
        storage.close();
    }

    private void expectRefusal(NodeIdentity identity, String sentence) throws IOException {
        Map<String, ByteBuffer> before = files();

        assertThatThrownBy(() -> FileStorage.open(directory).open(identity, FOUNDING))
                .isInstanceOf(StorageException.class)
                .hasMessage(sentence);

        assertThat(files()).isEqualTo(before);
    }

    @Test
    @DisplayName("because it belongs to another cluster")
    void otherCluster() throws IOException {
        makeStore();

        expectRefusal(
                new NodeIdentity("invoices", NodeId.of(1), 1),
                "the store in " + directory + " belongs to cluster 'orders', not to 'invoices';"
                        + " give the server a directory of its own");
    }

    @Test
    @DisplayName("because it belongs to another node")
    void otherNode() throws IOException {
        makeStore();

        expectRefusal(
                new NodeIdentity("orders", NodeId.of(2), 1),
                "the store in " + directory
                        + " belongs to node 1, not to node 2; give the server a directory of its own");
    }

    @Test
    @DisplayName("because a later version wrote it")
    void newerFormat() throws IOException {
        makeStore();
        Path identity = directory.resolve(FileNames.IDENTITY);
        ByteBuffer block = ByteBuffer.wrap(Files.readAllBytes(identity));
        Files.write(identity, FileStamp.seal(block.putInt(8, 2)).array());

        expectRefusal(
                IDENTITY,
                "the store in " + directory + " has format 2, but this version of Balsa knows only format 1;"
                        + " start it with the version that wrote the store");
    }

    @Test
    @DisplayName("because another server uses it, be it in the same process")
    void inUse() {
        FileStorage first = FileStorage.open(directory);
        open(first);

        assertThatThrownBy(() -> open(FileStorage.open(directory)))
                .isInstanceOf(StorageException.class)
                .hasMessage("the store in " + directory + " is in use by another server; stop that one, or give this"
                        + " one a directory of its own");

        first.append(run(1, 1, "a"));
        first.close();
        assertThat(open(FileStorage.open(directory)).last().index()).isEqualTo(1);
    }

    @Test
    @DisplayName("because it is a file")
    void notADirectory() throws IOException {
        Path file = Files.writeString(directory.resolve("file"), "not a store");

        assertThatThrownBy(() -> open(FileStorage.open(file)))
                .isInstanceOf(StorageException.class)
                .hasMessage("the store in " + file + " cannot be opened: " + file + " is not a directory");
        assertThat(file).hasContent("not a store");
    }

    @Test
    @DisplayName("because its files are directories")
    void unreadable() throws IOException {
        Files.createDirectory(directory.resolve(FileNames.LOCK));

        assertThatThrownBy(() -> open(FileStorage.open(directory)))
                .isInstanceOf(StorageException.class)
                .hasMessageStartingWith("the store in " + directory + " cannot be opened: ");
    }

    @Test
    @DisplayName("but may be tried again when what was wrong is put right")
    void mayBeTriedAgain() {
        FileStorage first = FileStorage.open(directory);
        open(first);
        FileStorage second = FileStorage.open(directory);
        assertThatThrownBy(() -> open(second)).isInstanceOf(StorageException.class);

        first.close();

        assertThat(open(second).identity()).isEqualTo(IDENTITY);
        second.close();
    }

    @Test
    @DisplayName("while directories that are missing are made")
    void makesDirectories() {
        Path deep = directory.resolve("a").resolve("b");

        FileStorage storage = FileStorage.open(deep);
        open(storage);
        storage.close();

        assertThat(deep.resolve(FileNames.IDENTITY)).exists();
    }

    @Test
    @DisplayName("while files of others in it do not matter")
    void ignoresFilesOfOthers() throws IOException {
        Files.writeString(directory.resolve("README"), "ours");
        Files.createDirectory(directory.resolve("lost+found"));

        makeStore();

        assertThat(directory.resolve("README")).hasContent("ours");
    }
}
