package io.balsa.raft.session;

import java.nio.ByteBuffer;

/**
 * What a client says in the log: the payload of an entry of kind SESSION. All numbers are big-endian:
 *
 * <pre>
 *   0  u8   version of this format, {@value #VERSION}
 *   1  u8   kind: 1 open, 2 keep alive, 3 close, 4 command
 *
 *  open:        2  u64  expiryEntries
 *  keep alive:  2  u64  session     10  u64  acknowledgedUpTo
 *  close:       2  u64  session
 *  command:     2  u64  session     10  u64  sequence     18  u64  acknowledgedUpTo     26  …  the command
 * </pre>
 *
 * <p>Immutable, as long as nobody changes the bytes of a command.
 */
public sealed interface SessionRequest {

    /** Version of the format. */
    int VERSION = 1;

    /** Bytes of a command's request before the command. */
    int COMMAND_AT = 26;

    /** The most entries that a session may ask to outlive unused; far beyond any use, and no sum with it overflows. */
    long MAX_EXPIRY_ENTRIES = 1L << 40;

    /** The request as the payload of an entry. */
    byte[] encode();

    /** Calls the one method of {@code handler} that is meant for this kind of request. */
    <R> R dispatch(Handler<R> handler);

    /**
     * One method for each kind of request.
     *
     * @param <R> what is made of it
     */
    interface Handler<R> {
        R onOpen(Open request);

        R onKeepAlive(KeepAlive request);

        R onClose(Close request);

        R onCommand(Command request);
    }

    /**
     * Opens a session; its id is the index of the entry that says so.
     *
     * @param expiryEntries the session ends when it was not used while more than this many entries were appended
     */
    record Open(long expiryEntries) implements SessionRequest {

        static final byte KIND = 1;

        public Open {
            if (expiryEntries < 1 || expiryEntries > MAX_EXPIRY_ENTRIES) {
                throw new IllegalArgumentException("a session expires after 1 to " + MAX_EXPIRY_ENTRIES
                        + " entries without use, not " + expiryEntries);
            }
        }

        @Override
        public byte[] encode() {
            return begin(KIND, Long.BYTES).putLong(expiryEntries).array();
        }

        @Override
        public <R> R dispatch(Handler<R> handler) {
            return handler.onOpen(this);
        }
    }

    /**
     * Uses a session, so that it does not expire.
     *
     * @param session its id
     * @param acknowledgedUpTo the client knows what became of its commands up to this number, and does not ask again
     */
    record KeepAlive(long session, long acknowledgedUpTo) implements SessionRequest {

        static final byte KIND = 2;

        public KeepAlive {
            checkId(session);
            checkAcknowledged(acknowledgedUpTo);
        }

        @Override
        public byte[] encode() {
            return begin(KIND, 2 * Long.BYTES)
                    .putLong(session)
                    .putLong(acknowledgedUpTo)
                    .array();
        }

        @Override
        public <R> R dispatch(Handler<R> handler) {
            return handler.onKeepAlive(this);
        }
    }

    /**
     * Ends a session.
     *
     * @param session its id
     */
    record Close(long session) implements SessionRequest {

        static final byte KIND = 3;

        public Close {
            checkId(session);
        }

        @Override
        public byte[] encode() {
            return begin(KIND, Long.BYTES).putLong(session).array();
        }

        @Override
        public <R> R dispatch(Handler<R> handler) {
            return handler.onClose(this);
        }
    }

    /**
     * A command for the state machine.
     *
     * @param session id of the session
     * @param sequence the number of the command in the session, 1 or more
     * @param acknowledgedUpTo the client knows what became of its commands up to this number, and does not ask again; less
     *     than {@code sequence}, since it asks for that
     * @param command from position to limit; the buffer's own position and limit are never changed
     */
    record Command(long session, long sequence, long acknowledgedUpTo, ByteBuffer command) implements SessionRequest {

        static final byte KIND = 4;

        public Command {
            checkId(session);
            checkAcknowledged(acknowledgedUpTo);
            if (sequence <= acknowledgedUpTo) {
                throw new IllegalArgumentException(
                        "command " + sequence + " is sent although it is acknowledged up to " + acknowledgedUpTo);
            }
        }

        @Override
        public byte[] encode() {
            return begin(KIND, COMMAND_AT - 2 + command.remaining())
                    .putLong(session)
                    .putLong(sequence)
                    .putLong(acknowledgedUpTo)
                    .put(command.duplicate())
                    .array();
        }

        @Override
        public <R> R dispatch(Handler<R> handler) {
            return handler.onCommand(this);
        }
    }

    /**
     * The request in a payload, from the buffer's position to its limit. The buffer is not changed, and shared with the
     * command in it.
     *
     * @throws IllegalArgumentException if it is none, or is of a version that this release does not know
     */
    static SessionRequest decode(ByteBuffer payload) {
        ByteBuffer in = payload.slice();
        if (in.remaining() < 2) {
            throw new IllegalArgumentException("not a session's request: " + in.remaining() + " bytes");
        }
        int version = in.get();
        if (version != VERSION) {
            throw new IllegalArgumentException("a session's request has the unknown version " + version);
        }
        byte kind = in.get();
        return switch (kind) {
            case Open.KIND -> {
                checkLength(in, Long.BYTES);
                yield new Open(in.getLong());
            }
            case KeepAlive.KIND -> {
                checkLength(in, 2 * Long.BYTES);
                yield new KeepAlive(in.getLong(), in.getLong());
            }
            case Close.KIND -> {
                checkLength(in, Long.BYTES);
                yield new Close(in.getLong());
            }
            case Command.KIND -> {
                if (in.limit() < COMMAND_AT) {
                    throw new IllegalArgumentException("the bytes of a session's command end too soon");
                }
                yield new Command(in.getLong(), in.getLong(), in.getLong(), in.slice());
            }
            default -> throw new IllegalArgumentException("no kind of session's request has the number " + kind);
        };
    }

    /**
     * Whether these bytes were written by a later release, so that others may understand what this one does not. Bytes that
     * nobody understands are harmless: they are refused everywhere.
     */
    static boolean isOfTheFuture(ByteBuffer payload) {
        return payload.hasRemaining() && payload.get(payload.position()) > VERSION;
    }

    private static ByteBuffer begin(byte kind, int bytes) {
        return ByteBuffer.allocate(2 + bytes).put((byte) VERSION).put(kind);
    }

    private static void checkLength(ByteBuffer in, int expected) {
        if (in.remaining() != expected) {
            throw new IllegalArgumentException(
                    "a session's request has " + (in.remaining() - expected) + " bytes too many");
        }
    }

    private static void checkId(long session) {
        if (session < 1) {
            throw new IllegalArgumentException("the id of a session is the index of an entry, not " + session);
        }
    }

    private static void checkAcknowledged(long acknowledgedUpTo) {
        if (acknowledgedUpTo < 0) {
            throw new IllegalArgumentException("nothing is acknowledged up to " + acknowledgedUpTo);
        }
    }
}
