package io.balsa.raft.storage.file;

import static io.balsa.raft.storage.file.Samples.FOUNDING;
import static io.balsa.raft.storage.file.Samples.IDENTITY;
import static io.balsa.raft.storage.file.Samples.entries;
import static io.balsa.raft.storage.file.Samples.open;
import static io.balsa.raft.storage.file.Samples.run;
import static io.balsa.raft.storage.file.Samples.voted;
import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.raft.storage.EntryKind;
import io.balsa.raft.storage.EntryRun;
import io.balsa.raft.storage.LogPosition;
import io.balsa.raft.storage.SnapshotInfo;
import io.balsa.raft.storage.SnapshotSink;
import io.balsa.raft.storage.SnapshotSource;
import io.balsa.raft.storage.StoredState;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The bytes of a small store, written down. If this fails, stores of earlier versions can no longer be read: do not change
 * the golden files, but the format version. They were written with {@code -Dgolden.rewrite=true}.
 */
@DisplayName("The format of the files")
class GoldenFormatTest {

    private static final int LINE_BYTES = 32;
    private static final int CHECKSUM = 0xabb4b0c4;
    private static final String SNAPSHOT = "snapshot-0000000000000003-0000000000000002.snap";

    private static FaultyDisk sample() {
        FaultyDisk disk = new FaultyDisk();
        FileStorage storage =
                FileStorage.builder(disk).segmentBytes(Workload.SEGMENT_BYTES).build();
        open(storage);
        storage.writeHardState(voted(1, 1));
        storage.append(run(1, 1, "a", "bc", ""));
        storage.sync();
        storage.writeHardState(voted(2, 3));
        storage.append(run(3, 2, "replaced"));
        storage.append(EntryRun.of(4, 2, EntryKind.NO_OP, List.of(new byte[3400])));
        storage.sync();
        try (SnapshotSink sink = storage.beginSnapshot(new LogPosition(3, 2), 0, FOUNDING)) {
            sink.write(ByteBuffer.wrap("the state as of then".getBytes(StandardCharsets.UTF_8)));
            sink.commit();
        }
        storage.close();
        return disk;
    }

    static Stream<String> files() {
        return Stream.of("identity", "hard-state", "log-0000000000000000.seg", "log-00000000000002e8.seg", SNAPSHOT);
    }

    @Test
    @DisplayName("consists of these files")
    void consistsOfTheseFiles() {
        assertThat(sample().list().stream().filter(FileNames::isStored))
                .containsExactlyInAnyOrderElementsOf(files().toList());
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("files")
    @DisplayName("is what it always was")
    void isWhatItAlwaysWas(String file) throws IOException {
        String written = hexOf(sample().bytes(file));
        if (Boolean.getBoolean("golden.rewrite")) {
            Files.writeString(
                    Files.createDirectories(Path.of("src/test/resources/golden"))
                            .resolve(file + ".hex"),
                    written);
        }

        assertThat(written).isEqualTo(golden(file));
    }

    @Test
    @DisplayName("can be read, as long as there are stores that have it")
    void canBeRead() {
        FaultyDisk disk = new FaultyDisk();
        files().forEach(file -> disk.replace(file, bytesOf(golden(file))));
        FileStorage storage = FileStorage.on(disk);

        StoredState state = storage.open(IDENTITY, FOUNDING);

        assertThat(state.hardState()).isEqualTo(voted(2, 3));
        assertThat(state.last()).isEqualTo(new LogPosition(4, 2));
        assertThat(state.snapshot()).hasValue(new SnapshotInfo(new LogPosition(3, 2), 0, FOUNDING, 20, CHECKSUM));
        try (SnapshotSource source = storage.openSnapshot(new LogPosition(3, 2)).orElseThrow()) {
            ByteBuffer read = ByteBuffer.allocate(20);
            source.read(0, read);
            assertThat(read.array()).asString().isEqualTo("the state as of then");
        }
        assertThat(entries(storage, 4).get(1).data()).asString().isEqualTo("bc");
        assertThat(entries(storage, 4).get(2).data()).asString().isEqualTo("replaced");
    }

    private static String golden(String file) {
        String name = "/golden/" + file + ".hex";
        try (InputStream in = Objects.requireNonNull(GoldenFormatTest.class.getResourceAsStream(name), name)) {
            return new String(in.readAllBytes(), StandardCharsets.US_ASCII);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** One line for 32 bytes: where they stand, and what they are; lines of which all is zero are left out. */
    private static String hexOf(byte[] bytes) {
        StringBuilder text = new StringBuilder();
        for (int at = 0; at < bytes.length; at += LINE_BYTES) {
            byte[] line = Arrays.copyOfRange(bytes, at, Math.min(bytes.length, at + LINE_BYTES));
            if (!Arrays.equals(line, new byte[line.length])) {
                text.append(String.format("%04x  %s\n", at, HexFormat.of().formatHex(line)));
            }
        }
        return text.append(String.format("%04x  end\n", bytes.length)).toString();
    }

    private static byte[] bytesOf(String hex) {
        byte[] bytes = new byte[0];
        for (String line : hex.lines().toList()) {
            int at = Integer.parseInt(line, 0, 4, 16);
            byte[] part = line.endsWith("end") ? new byte[0] : HexFormat.of().parseHex(line.substring(6));
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length, at + part.length));
            System.arraycopy(part, 0, bytes, at, part.length);
        }
        return bytes;
    }
}
