package io.balsa.raft.testkit.workload;

import io.balsa.raft.Command;
import io.balsa.raft.SnapshotWriter;
import io.balsa.raft.StateMachine;
import io.balsa.raft.testkit.Draws;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The state machine of simulated clusters: registers with names. A command is text: {@code put KEY VALUE}, {@code delete
 * KEY} or {@code cas KEY EXPECTED VALUE}, where an expected {@code -} means that there is no value.
 */
final class Registers implements StateMachine {

    static final String ABSENT = "-";
    private static final byte[] DONE = bytes("done");
    private static final byte[] NOT_DONE = bytes("not done");

    private final byte[] padding;
    private final Map<String, String> values = new TreeMap<>();

    /** None was ever written. */
    Registers() {
        this(0);
    }

    /** None was ever written; snapshots have so many bytes that mean nothing, and do not get fewer by compression. */
    Registers(int paddingBytes) {
        padding = new byte[paddingBytes];
        new Draws(paddingBytes).nextBytes(padding);
    }

    static byte[] put(String key, String value) {
        return bytes("put " + key + " " + value);
    }

    static byte[] delete(String key) {
        return bytes("delete " + key);
    }

    static byte[] cas(String key, String expected, String value) {
        return bytes("cas " + key + " " + expected + " " + value);
    }

    /** Whether a compare-and-set was answered so that it found what it expected. */
    static boolean isDone(byte[] result) {
        return result.length == DONE.length;
    }

    @Override
    public byte[] apply(Command command) {
        String[] words = new String(command.data(), StandardCharsets.UTF_8).split(" ", -1);
        String key = words[1];
        return switch (words[0]) {
            case "put" -> bytes(orAbsent(values.put(key, words[2])));
            case "delete" -> bytes(orAbsent(values.remove(key)));
            default -> cas(words);
        };
    }

    /** Captures a copy of the few values; it is written later. */
    @Override
    public Optional<SnapshotWriter> snapshot() {
        SortedMap<String, String> captured = new TreeMap<>(values);
        return Optional.of(out -> {
            DataOutputStream data = new DataOutputStream(out);
            data.writeInt(captured.size());
            for (Map.Entry<String, String> entry : captured.entrySet()) {
                data.writeUTF(entry.getKey());
                data.writeUTF(entry.getValue());
            }
            data.write(padding);
            data.flush();
        });
    }

    @Override
    public void restore(InputStream in) throws IOException {
        DataInputStream data = new DataInputStream(in);
        values.clear();
        for (int left = data.readInt(); left > 0; left--) {
            values.put(data.readUTF(), data.readUTF());
        }
        if (!Arrays.equals(data.readNBytes(padding.length), padding)) {
            throw new IOException("the bytes that mean nothing are others");
        }
        if (data.read() >= 0) {
            throw new IOException("there are more bytes than were written");
        }
    }

    private byte[] cas(String[] words) {
        if (!get(words[1]).equals(words[2])) {
            return NOT_DONE;
        }
        values.put(words[1], words[3]);
        return DONE;
    }

    /** A value, or {@link #ABSENT}. */
    String get(String key) {
        return values.getOrDefault(key, ABSENT);
    }

    /** All of them. */
    Map<String, String> state() {
        return values;
    }

    private static String orAbsent(@org.jspecify.annotations.Nullable String value) {
        return value == null ? ABSENT : value;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
