package io.balsa.raft.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("What a snapshot says of sessions")
class SessionSectionTest {

    private static final SessionLimits LIMITS = new SessionLimits(2, 4, 5, 8, 12);

    /** Session 1 with a result and one that was dropped; session 2 with nothing. */
    private static final List<String> GOLDEN = List.of(
            "01", // 0: format
            "00000002", // sessions
            "0000000000000001", // 2: id
            "0000000000000064", // expires after 100 entries
            "0000000000000005", // 4: last used
            "0000000000000001", // acknowledged up to
            "00000002", // 6: results
            "0000000000000002", // number
            "0000000000000004", // 8: index
            "0000000000000007", // term
            "00000001" + "d280b0c4", // 10: length and CRC32C of "b"
            "00000003", // length of the result
            "323a62", // 12: "2:b"
            "0000000000000003", // number
            "0000000000000005", // 14: index
            "0000000000000007", // term
            "00000009" + "65f7dfb7", // 16: length and CRC32C of "ccccccccc"
            "ffffffff", // dropped
            "0000000000000002", // 18: id
            "0000000000000032", // expires after 50 entries
            "0000000000000002", // 20: last used
            "0000000000000000", // acknowledged up to
            "00000000"); // 22: results

    @Test
    @DisplayName("is these bytes, now and for ever")
    void encodesToTheGoldenBytes() throws IOException {
        assertThat(hexOf(goldenTable())).isEqualTo(String.join("", GOLDEN));
    }

    @Test
    @DisplayName("of old is still understood")
    void decodesTheGoldenBytes() throws IOException {
        TableDriver driver = new TableDriver(read(String.join("", GOLDEN)));
        driver.index = 5;

        assertThat(TableDriver.said(driver.run(1, 2, 1, "b"))).isEqualTo("again 4/7 2:b");
        assertThat(driver.run(1, 3, 1, "ccccccccc")).isEqualTo(new SessionAnswer.ResultDropped(5, 7));
        assertThat(driver.keepAlive(2, 0)).isEqualTo(new SessionAnswer.KeptAlive());
    }

    @Test
    @DisplayName("stays as it was when the table goes on")
    void isAPictureOfAMoment() throws IOException {
        SessionTable table = goldenTable();
        SessionSection captured = table.capture();
        TableDriver driver = new TableDriver(table);
        driver.index = 5;
        driver.run(1, 4, 3, "d");
        driver.close(2);

        assertThat(hexOf(captured)).isEqualTo(String.join("", GOLDEN));
    }

    @Test
    @DisplayName("ends where it ends, so that something else may follow")
    void readsNoFurther() throws IOException {
        byte[] more = HexFormat.of().parseHex(String.join("", GOLDEN) + "2a");
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(more));

        SessionTable.readFrom(in, LIMITS);

        assertThat(in.read()).isEqualTo(0x2a);
    }

    @Test
    @DisplayName("is refused at every length but its own")
    void refusesTruncatedBytes() {
        byte[] whole = HexFormat.of().parseHex(String.join("", GOLDEN));

        for (int length = 0; length < whole.length; length++) {
            String cut = HexFormat.of().formatHex(Arrays.copyOf(whole, length));
            assertThatThrownBy(() -> read(cut)).isInstanceOf(EOFException.class);
        }
    }

    @ParameterizedTest(name = "{1} at {0}: {2}")
    @DisplayName("is refused when it says what cannot be, before memory is taken for it")
    @CsvSource({
        "0, 02, unknown version 2",
        "1, 00000003, there are 3 sessions",
        "1, ffffffff, there are -1 sessions",
        "2, 0000000000000000, session 0 contradicts itself",
        "2, 0000000000000003, session 2 follows session 3",
        "3, 0000000000000000, session 1 contradicts itself",
        "3, 0000010000000001, session 1 contradicts itself",
        "4, 0000000000000000, session 1 contradicts itself",
        "4, 0000000000000004, session 1 did not run 5",
        "5, ffffffffffffffff, session 1 contradicts itself",
        "6, 00000006, 6 results too many",
        "6, ffffffff, -1 results too many",
        "7, 0000000000000001, session 1 keeps result 1 after 1",
        "7, 0000000000000006, session 1 keeps result 6 after 1",
        "8, 0000000000000001, session 1 did not run 1",
        "11, 00000009, a result of session 1 has 9 bytes",
        "11, fffffffe, a result of session 1 has -2 bytes",
        "13, 0000000000000002, session 1 keeps result 2 after 2",
        "18, 0000000000000001, session 1 follows session 1",
        "20, 0000000000000001, session 2 contradicts itself",
        "20, 0000000000000005, two sessions were used by entry 5",
        "22, 00000004, 4 results too many"
    })
    void refusesNonsense(int part, String replacement, String message) {
        List<String> parts = new ArrayList<>(GOLDEN);
        parts.set(part, replacement);

        assertThatThrownBy(() -> read(String.join("", parts)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(message);
    }

    private static SessionTable goldenTable() {
        TableDriver driver = new TableDriver(LIMITS);
        driver.open(100);
        driver.open(50);
        driver.run(1, 1, 0, "a");
        driver.run(1, 2, 0, "b");
        driver.run(1, 3, 1, "ccccccccc");
        return driver.table;
    }

    private static SessionTable read(String hex) throws IOException {
        byte[] bytes = HexFormat.of().parseHex(hex);
        return SessionTable.readFrom(new DataInputStream(new ByteArrayInputStream(bytes)), LIMITS);
    }

    private static String hexOf(SessionTable table) throws IOException {
        return hexOf(table.capture());
    }

    private static String hexOf(SessionSection section) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        section.writeTo(new DataOutputStream(bytes));
        return HexFormat.of().formatHex(bytes.toByteArray());
    }

    @Test
    @DisplayName("is as long as it says before it is written")
    void length() throws IOException {
        TableDriver driver = new TableDriver(LIMITS);
        assertThat(driver.table.capture().sizeBytes()).isEqualTo(5);
        long session = driver.open(100);
        driver.run(session, 1, 0, "a");
        driver.run(session, 2, 0, "much too long to keep");
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        SessionSection section = driver.table.capture();

        section.writeTo(new DataOutputStream(bytes));

        assertThat(section.sizeBytes()).isEqualTo(bytes.size());
    }

    @Test
    @DisplayName("stays as it was when results are acknowledged, though they are shared with the table, time and again")
    void sharedUntilChanged() throws IOException {
        TableDriver driver = new TableDriver(LIMITS);
        long session = driver.open(100);
        driver.run(session, 1, 0, "a");
        driver.run(session, 2, 0, "b");
        SessionSection first = driver.table.capture();
        byte[] before = bytesOf(first);
        driver.keepAlive(session, 1);
        SessionSection second = driver.table.capture();
        byte[] between = bytesOf(second);
        driver.run(session, 3, 2, "c");

        assertThat(bytesOf(first)).isEqualTo(before);
        assertThat(bytesOf(second)).isEqualTo(between);
        assertThat(bytesOf(driver.table.capture())).isNotEqualTo(between);
    }

    private static byte[] bytesOf(SessionSection section) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        section.writeTo(new DataOutputStream(bytes));
        return bytes.toByteArray();
    }
}
