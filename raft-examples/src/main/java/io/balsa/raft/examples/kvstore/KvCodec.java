package io.balsa.raft.examples.kvstore;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * Commands and results as bytes. All numbers are big-endian:
 *
 * <pre>
 *   command  u8 version (1)   u8 kind   then by kind:
 *     1 put              key, value
 *     2 get              key
 *     3 delete           key
 *     4 compare-and-set  key, expected value or absent, new value or absent
 *     5 announce         u64 node id, client address (coded like a key)
 *   result   u8 version (1)   u8 status   value or absent
 *   key      u16 length (1 to 1024)   UTF-8
 *   value    u32 length (at most 1 MiB; -1 for absent)   bytes
 * </pre>
 */
final class KvCodec {

    /** The longest key, in bytes of UTF-8. */
    static final int MAX_KEY_BYTES = 1024;

    /** The longest value, in bytes. */
    static final int MAX_VALUE_BYTES = 1 << 20;

    /**
     * The longest command: a compare-and-set comes as one JSON body of at most {@link #MAX_VALUE_BYTES}, so its two
     * values together are never longer than the value of a put.
     */
    static final int MAX_COMMAND_BYTES = MAX_VALUE_BYTES + MAX_KEY_BYTES + 64;

    private static final byte VERSION = 1;
    private static final int ABSENT = -1;

    private static final byte PUT = 1;
    private static final byte GET = 2;
    private static final byte DELETE = 3;
    private static final byte COMPARE_AND_SET = 4;
    private static final byte ANNOUNCE = 5;

    private KvCodec() {}

    static byte[] encode(KvCommand command) {
        return command.dispatch(new Encoder());
    }

    /**
     * The command that {@link #encode(KvCommand)} made these bytes of.
     *
     * @throws IllegalArgumentException if they are no command; the message says why
     */
    static KvCommand decodeCommand(ByteBuffer in) {
        try {
            checkVersion(in.get());
            KvCommand command = decodeBody(in.get(), in);
            checkEnd(in);
            return command;
        } catch (BufferUnderflowException e) {
            throw new IllegalArgumentException("the bytes of a command end too soon", e);
        }
    }

    private static KvCommand decodeBody(byte kind, ByteBuffer in) {
        return switch (kind) {
            case PUT -> new KvCommand.Put(takeKey(in), takePresentValue(in));
            case GET -> new KvCommand.Get(takeKey(in));
            case DELETE -> new KvCommand.Delete(takeKey(in));
            case COMPARE_AND_SET -> new KvCommand.CompareAndSet(takeKey(in), takeValue(in), takeValue(in));
            case ANNOUNCE -> new KvCommand.Announce(in.getLong(), takeKey(in));
            default -> throw new IllegalArgumentException("no command has the kind " + kind);
        };
    }

    static byte[] encode(KvResult result) {
        ByteBuffer out = ByteBuffer.allocate(2 + sizeOf(result.value()));
        out.put(VERSION).put(result.status().code());
        putValue(out, result.value());
        return out.array();
    }

    /**
     * The result that {@link #encode(KvResult)} made these bytes of.
     *
     * @throws IllegalArgumentException if they are no result
     */
    static KvResult decodeResult(byte[] bytes) {
        try {
            ByteBuffer in = ByteBuffer.wrap(bytes);
            checkVersion(in.get());
            KvResult result = new KvResult(KvResult.Status.ofCode(in.get()), takeValue(in));
            checkEnd(in);
            return result;
        } catch (BufferUnderflowException e) {
            throw new IllegalArgumentException("the bytes of a result end too soon", e);
        }
    }

    private static void checkVersion(byte version) {
        if (version != VERSION) {
            throw new IllegalArgumentException("version " + version + " is not known here, only " + VERSION);
        }
    }

    private static void checkEnd(ByteBuffer in) {
        if (in.hasRemaining()) {
            throw new IllegalArgumentException(in.remaining() + " bytes too many");
        }
    }

    private static String takeKey(ByteBuffer in) {
        int length = Short.toUnsignedInt(in.getShort());
        if (length < 1 || length > MAX_KEY_BYTES) {
            throw new IllegalArgumentException("a key has 1 to " + MAX_KEY_BYTES + " bytes, not " + length);
        }
        return Bytes.take(in, length)
                .asText()
                .orElseThrow(() -> new IllegalArgumentException("a key must be UTF-8 text"));
    }

    private static Bytes takePresentValue(ByteBuffer in) {
        return takeValue(in).orElseThrow(() -> new IllegalArgumentException("a put needs a value"));
    }

    private static Optional<Bytes> takeValue(ByteBuffer in) {
        int length = in.getInt();
        if (length == ABSENT) {
            return Optional.empty();
        }
        if (length < 0 || length > MAX_VALUE_BYTES) {
            throw new IllegalArgumentException("a value has at most " + MAX_VALUE_BYTES + " bytes, not " + length);
        }
        if (length > in.remaining()) {
            throw new BufferUnderflowException();
        }
        return Optional.of(Bytes.take(in, length));
    }

    private static int sizeOf(Optional<Bytes> value) {
        return Integer.BYTES + value.map(Bytes::length).orElse(0);
    }

    private static void putValue(ByteBuffer out, Optional<Bytes> value) {
        out.putInt(value.map(Bytes::length).orElse(ABSENT));
        value.ifPresent(present -> present.writeTo(out));
    }

    /** Writes each kind of command. */
    @SuppressWarnings("ByteBufferBackingArray") // begin() allocates it to the exact size
    private static final class Encoder implements KvCommand.Handler<byte[]> {

        @Override
        public byte[] onPut(KvCommand.Put command) {
            Optional<Bytes> value = Optional.of(command.value());
            ByteBuffer out = begin(PUT, command.key(), sizeOf(value));
            putValue(out, value);
            return out.array();
        }

        @Override
        public byte[] onGet(KvCommand.Get command) {
            return begin(GET, command.key(), 0).array();
        }

        @Override
        public byte[] onDelete(KvCommand.Delete command) {
            return begin(DELETE, command.key(), 0).array();
        }

        @Override
        public byte[] onCompareAndSet(KvCommand.CompareAndSet command) {
            ByteBuffer out = begin(COMPARE_AND_SET, command.key(), sizeOf(command.expect()) + sizeOf(command.value()));
            putValue(out, command.expect());
            putValue(out, command.value());
            return out.array();
        }

        @Override
        public byte[] onAnnounce(KvCommand.Announce command) {
            Bytes address = Bytes.utf8(command.clientAddress());
            ByteBuffer out = ByteBuffer.allocate(2 + Long.BYTES + Short.BYTES + address.length());
            out.put(VERSION).put(ANNOUNCE).putLong(command.nodeId());
            out.putShort((short) address.length());
            address.writeTo(out);
            return out.array();
        }

        private static ByteBuffer begin(byte kind, String key, int more) {
            Bytes bytes = Bytes.utf8(key);
            ByteBuffer out = ByteBuffer.allocate(2 + Short.BYTES + bytes.length() + more);
            out.put(VERSION).put(kind).putShort((short) bytes.length());
            bytes.writeTo(out);
            return out;
        }
    }
}
