package io.balsa.raft.session;

import java.nio.ByteBuffer;

/**
 * What applying an entry of kind SESSION answers whoever proposed it: the result of the entry, as the result of a command
 * is what the state machine answers. The same on every server. All numbers are big-endian:
 *
 * <pre>
 *   0  u8   version of this format, {@value #VERSION}
 *   1  u8   kind: 1 opened, 2 kept alive, 3 closed, 4 executed, 5 repeated, 6 result dropped, 7 refused
 *
 *  opened:               2  u64  session
 *  executed, repeated:   2  u64  index     10  u64  term     18  …  the result
 *  result dropped:       2  u64  index     10  u64  term
 *  refused:              2  u8   reason ({@link SessionRefusal})
 * </pre>
 */
public sealed interface SessionAnswer {

    /** Version of the format. */
    int VERSION = 1;

    /** The answer as bytes. */
    byte[] encode();

    /**
     * A session was opened.
     *
     * @param session its id
     */
    record Opened(long session) implements SessionAnswer {

        static final byte KIND = 1;

        @Override
        public byte[] encode() {
            return begin(KIND, Long.BYTES).putLong(session).array();
        }
    }

    /** The session lives on. */
    record KeptAlive() implements SessionAnswer {

        static final byte KIND = 2;

        @Override
        public byte[] encode() {
            return begin(KIND, 0).array();
        }
    }

    /** The session has ended. */
    record Closed() implements SessionAnswer {

        static final byte KIND = 3;

        @Override
        public byte[] encode() {
            return begin(KIND, 0).array();
        }
    }

    /**
     * The command was applied, by this entry or by an earlier one.
     *
     * @param index where the entry stands that applied it
     * @param term the term of that entry
     * @param repeated whether that was an earlier entry, so that this one did not run the command
     * @param result what the state machine answered then; not to be changed
     */
    @SuppressWarnings("ArrayRecordComponent") // answers are compared as bytes, if at all
    record Executed(long index, long term, boolean repeated, byte[] result) implements SessionAnswer {

        static final byte KIND = 4;
        static final byte KIND_REPEATED = 5;

        @Override
        public byte[] encode() {
            return begin(repeated ? KIND_REPEATED : KIND, 2 * Long.BYTES + result.length)
                    .putLong(index)
                    .putLong(term)
                    .put(result)
                    .array();
        }
    }

    /**
     * The command was applied by an earlier entry, but its result was not kept: the session, or all of them together, had
     * too many bytes of results that were not acknowledged.
     *
     * @param index where the entry stands that applied it
     * @param term the term of that entry
     */
    record ResultDropped(long index, long term) implements SessionAnswer {

        static final byte KIND = 6;

        @Override
        public byte[] encode() {
            return begin(KIND, 2 * Long.BYTES).putLong(index).putLong(term).array();
        }
    }

    /**
     * The entry changed nothing.
     *
     * @param reason why
     */
    record Refused(SessionRefusal reason) implements SessionAnswer {

        static final byte KIND = 7;

        @Override
        public byte[] encode() {
            return begin(KIND, 1).put((byte) reason.code()).array();
        }
    }

    /**
     * The answer that {@link #encode} made these bytes of.
     *
     * @throws IllegalArgumentException if the bytes are none, or of a version that this release does not know
     */
    static SessionAnswer decode(byte[] bytes) {
        if (bytes.length < 2 || bytes[0] != VERSION) {
            throw new IllegalArgumentException("not a session's answer, or of an unknown version: " + bytes.length
                    + " bytes" + (bytes.length == 0 ? "" : " that begin with " + bytes[0]));
        }
        ByteBuffer in = ByteBuffer.wrap(bytes, 2, bytes.length - 2);
        byte kind = bytes[1];
        boolean hasResult = kind == Executed.KIND || kind == Executed.KIND_REPEATED;
        int fixed = fixedBytesOf(kind);
        if (in.remaining() < fixed || (in.remaining() > fixed && !hasResult)) {
            throw new IllegalArgumentException(
                    "a session's answer of kind " + kind + " has " + bytes.length + " bytes");
        }
        return switch (kind) {
            case Opened.KIND -> new Opened(in.getLong());
            case KeptAlive.KIND -> new KeptAlive();
            case Closed.KIND -> new Closed();
            case ResultDropped.KIND -> new ResultDropped(in.getLong(), in.getLong());
            case Refused.KIND -> new Refused(SessionRefusal.ofCode(in.get()));
            default -> {
                long index = in.getLong();
                long term = in.getLong();
                byte[] result = new byte[in.remaining()];
                in.get(result);
                yield new Executed(index, term, kind == Executed.KIND_REPEATED, result);
            }
        };
    }

    private static int fixedBytesOf(byte kind) {
        return switch (kind) {
            case KeptAlive.KIND, Closed.KIND -> 0;
            case Opened.KIND -> Long.BYTES;
            case Executed.KIND, Executed.KIND_REPEATED, ResultDropped.KIND -> 2 * Long.BYTES;
            case Refused.KIND -> 1;
            default -> throw new IllegalArgumentException("no kind of session's answer has the number " + kind);
        };
    }

    private static ByteBuffer begin(byte kind, int bytes) {
        return ByteBuffer.allocate(2 + bytes).put((byte) VERSION).put(kind);
    }
}
