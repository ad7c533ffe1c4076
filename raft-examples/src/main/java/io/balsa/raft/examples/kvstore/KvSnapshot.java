package io.balsa.raft.examples.kvstore;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiConsumer;

/**
 * The whole store as bytes. All numbers are big-endian:
 *
 * <pre>
 *   version    u8 (1)
 *   addresses  u32 how many, then for each, by node id:   u64 node id, client address (coded like a key)
 *   keys       u32 how many, then for each, in the order of {@link String#compareTo}:   key, u32 length of the value, value
 *   key        u16 length   UTF-8
 * </pre>
 *
 * <p>Because of the order, servers that hold the same write the same bytes, whatever way they came to hold it. Both
 * sides go value by value; besides the map, the writer needs an array of its keys.
 */
final class KvSnapshot {

    private static final int VERSION = 1;
    private static final int MAX_ADDRESSES = 1 << 16;

    private KvSnapshot() {}

    static void write(OutputStream out, SortedMap<Long, String> addresses, Map<String, Bytes> values)
            throws IOException {
        DataOutputStream data = new DataOutputStream(out);
        data.writeByte(VERSION);
        data.writeInt(addresses.size());
        for (Map.Entry<Long, String> address : addresses.entrySet()) {
            data.writeLong(address.getKey());
            writeText(data, address.getValue());
        }
        String[] keys = values.keySet().toArray(new String[0]);
        Arrays.sort(keys);
        data.writeInt(keys.length);
        for (String key : keys) {
            Bytes value = values.get(key);
            if (value == null) {
                throw new IllegalStateException("the captured map changes while it is written");
            }
            writeText(data, key);
            data.writeInt(value.length());
            value.writeTo(data);
        }
        data.flush();
    }

    /**
     * Hands what was written to {@code onValue}, one by one.
     *
     * @return the addresses
     * @throws IOException if the bytes end too soon or mean nothing
     */
    static SortedMap<Long, String> read(InputStream in, BiConsumer<String, Bytes> onValue) throws IOException {
        DataInputStream data = new DataInputStream(in);
        try {
            int version = data.readUnsignedByte();
            if (version != VERSION) {
                throw new IOException("a snapshot of version " + version + " is not known here, only " + VERSION);
            }
            SortedMap<Long, String> addresses = new TreeMap<>();
            int count = checked(data.readInt(), MAX_ADDRESSES, "addresses");
            for (int i = 0; i < count; i++) {
                addresses.put(data.readLong(), readText(data));
            }
            int keys = checked(data.readInt(), Integer.MAX_VALUE, "keys");
            for (int i = 0; i < keys; i++) {
                String key = readText(data);
                int length = checked(data.readInt(), KvCodec.MAX_VALUE_BYTES, "bytes of a value");
                onValue.accept(key, readBytes(data, length));
            }
            return addresses;
        } catch (EOFException e) {
            throw new IOException("the snapshot of the store ends too soon", e);
        }
    }

    private static int checked(int count, int most, String what) throws IOException {
        if (count < 0 || count > most) {
            throw new IOException("a snapshot of the store cannot have " + count + " " + what);
        }
        return count;
    }

    private static void writeText(DataOutputStream out, String text) throws IOException {
        Bytes bytes = Bytes.utf8(text);
        out.writeShort(bytes.length());
        bytes.writeTo(out);
    }

    private static String readText(DataInputStream in) throws IOException {
        Bytes bytes = readBytes(in, in.readUnsignedShort());
        return bytes.asText().orElseThrow(() -> new IOException("a key in the snapshot of the store is not UTF-8"));
    }

    private static Bytes readBytes(DataInputStream in, int length) throws IOException {
        byte[] bytes = new byte[length];
        in.readFully(bytes);
        return Bytes.owned(bytes);
    }
}
