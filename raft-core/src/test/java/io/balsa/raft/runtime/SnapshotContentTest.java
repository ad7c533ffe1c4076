package io.balsa.raft.runtime;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.balsa.raft.SnapshotWriter;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("The content of a snapshot")
class SnapshotContentTest {

    private static final SnapshotContent.Captured OTHER = SnapshotContent.Captured.of(7, "sessions".getBytes(UTF_8));

    private static byte[] written(boolean deflated, List<SnapshotContent.Captured> sections, SnapshotWriter state)
            throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        SnapshotContent.write(out, deflated, sections, state);
        return out.toByteArray();
    }

    private static byte[] written(boolean deflated, String state) throws IOException {
        return written(deflated, List.of(OTHER), out -> out.write(state.getBytes(UTF_8)));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    @DisplayName("is the library's sections and the state machine's bytes, compressed or not")
    void roundTrip(boolean deflated) throws IOException {
        String state = "the same again and again ".repeat(10_000);

        byte[] bytes = written(deflated, state);

        try (SnapshotContent.Opened opened = SnapshotContent.open(new ByteArrayInputStream(bytes))) {
            assertThat(opened.sections()).hasSize(1);
            assertThat(opened.sections().get(0).id()).isEqualTo(7);
            assertThat(opened.sections().get(0).bytes()).isEqualTo("sessions".getBytes(UTF_8));
            assertThat(new String(opened.state().readAllBytes(), UTF_8)).isEqualTo(state);
        }
        assertThat(bytes.length < state.length() / 10).isEqualTo(deflated);
    }

    @Test
    @DisplayName("has these bytes, which other versions must read")
    void golden() throws IOException {
        assertThat(HexFormat.of().formatHex(written(false, "state")))
                .isEqualTo("424c53530100" + "0007" + "00000008" + "73657373696f6e73" + "0000" + "7374617465");
    }

    @Test
    @DisplayName("is whole even if the state machine closes the stream that it was lent")
    void closedByTheApplication() throws IOException {
        byte[] bytes = written(true, List.of(), out -> {
            out.write(42);
            out.close();
        });

        try (SnapshotContent.Opened opened = SnapshotContent.open(new ByteArrayInputStream(bytes))) {
            assertThat(opened.state().readAllBytes()).containsExactly(42);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "424c5353", "424c53530200", "424c53530102", "00000000010000", "424c53530100000700000008"})
    @DisplayName("is refused if it is cut off, of another version, or nothing of the kind")
    void refused(String hex) {
        byte[] bytes = HexFormat.of().parseHex(hex);

        assertThatThrownBy(() -> SnapshotContent.open(new ByteArrayInputStream(bytes)))
                .isInstanceOf(IOException.class);
    }

    @Test
    @DisplayName("is not made of a section that is longer or shorter than it was said to be")
    void wrongLength() {
        SnapshotContent.Captured wrong = new SnapshotContent.Captured(7, 3, out -> out.writeInt(1));

        assertThatIllegalStateException().isThrownBy(() -> written(false, List.of(wrong), out -> {}));
    }

    @Test
    @DisplayName("is refused if it has a section that this version would forget")
    void unknownSection() {
        LibraryState state =
                new LibraryState(command -> new byte[0], new ResultHashes(0, new Quarantine(1), checkpoint -> {}));

        assertThatThrownBy(() -> state.restore(List.of(new SnapshotContent.Section(7, new byte[1])), 1))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("section 7");
        assertThatIllegalArgumentException().isThrownBy(() -> SnapshotContent.Captured.of(0, new byte[0]));
    }
}
