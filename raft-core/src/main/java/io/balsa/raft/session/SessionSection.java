package io.balsa.raft.session;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * A table of sessions as it was at some index: what a snapshot says about them. All numbers are big-endian:
 *
 * <pre>
 *   u8   version of this format, {@value #VERSION}
 *   u32  number of sessions; for each, by ascending id:
 *     u64  id     u64  expiryEntries     u64  last used     u64  acknowledged up to
 *     u32  number of results; for each, by ascending number:
 *       u64  number     u64  index     u64  term     u64  fingerprint: length (u32), CRC32C (u32)
 *       u32  length of the result, or ffffffff if it was dropped
 *       …    the result
 * </pre>
 *
 * <p>Immutable, safe to share between threads.
 */
public final class SessionSection {

    /** Version of the format. */
    static final int VERSION = 1;

    private static final int DROPPED = -1;
    private static final int HEAD_BYTES = 1 + Integer.BYTES;
    private static final int SESSION_BYTES = 4 * Long.BYTES + Integer.BYTES;
    private static final int RESULT_BYTES = 4 * Long.BYTES + Integer.BYTES;

    private final List<Session> sessions; // of nobody else

    SessionSection(List<Session> sessions) {
        this.sessions = sessions;
    }

    /** How many bytes {@link #writeTo} writes: within the limits of every server, far fewer than an int can count. */
    public int sizeBytes() {
        long bytes = HEAD_BYTES;
        for (Session session : sessions) {
            bytes += SESSION_BYTES + (long) RESULT_BYTES * session.keptCount() + session.keptBytes();
        }
        return Math.toIntExact(bytes);
    }

    /** Writes it; the same bytes for the same state, on every server. */
    public void writeTo(DataOutput out) throws IOException {
        out.writeByte(VERSION);
        out.writeInt(sessions.size());
        for (Session session : sessions) {
            out.writeLong(session.id());
            out.writeLong(session.expiryEntries());
            out.writeLong(session.lastUsed());
            out.writeLong(session.acknowledgedUpTo());
            out.writeInt(session.keptCount());
            for (Map.Entry<Long, KeptResult> entry : session.kept().entrySet()) {
                out.writeLong(entry.getKey());
                write(entry.getValue(), out);
            }
        }
    }

    private static void write(KeptResult kept, DataOutput out) throws IOException {
        out.writeLong(kept.index());
        out.writeLong(kept.term());
        out.writeLong(kept.fingerprint());
        out.writeInt(kept.dropped() ? DROPPED : kept.result().length);
        out.write(kept.result());
    }

    /** Reads sessions that keep within these limits, by ascending id. */
    static List<Session> readFrom(DataInput in, SessionLimits limits) throws IOException {
        int version = in.readUnsignedByte();
        check(version == VERSION, "sessions are written in the unknown version " + version);
        int count = in.readInt();
        check(count >= 0 && count <= limits.maxSessions(), "there are " + count + " sessions");
        List<Session> sessions = new ArrayList<>(count);
        Set<Long> uses = new TreeSet<>();
        Room room = new Room(limits);
        long lastId = 0;
        for (int i = 0; i < count; i++) {
            Session session = readSession(in, room);
            check(session.id() > lastId, "session " + session.id() + " follows session " + lastId);
            check(uses.add(session.lastUsed()), "two sessions were used by entry " + session.lastUsed());
            lastId = session.id();
            sessions.add(session);
        }
        return sessions;
    }

    private static Session readSession(DataInput in, Room room) throws IOException {
        long id = in.readLong();
        long expiryEntries = in.readLong();
        long lastUsed = in.readLong();
        long acknowledgedUpTo = in.readLong();
        check(
                id >= 1
                        && lastUsed >= id
                        && acknowledgedUpTo >= 0
                        && expiryEntries >= 1
                        && expiryEntries <= SessionRequest.MAX_EXPIRY_ENTRIES,
                "session " + id + " contradicts itself");
        Session session = new Session(id, expiryEntries, lastUsed, acknowledgedUpTo);
        int count = in.readInt();
        room.takeResults(count);
        long last = acknowledgedUpTo;
        for (int i = 0; i < count; i++) {
            long sequence = in.readLong();
            boolean follows = sequence > last && sequence - acknowledgedUpTo <= room.limits.maxUnacknowledged();
            check(follows, "session " + id + " keeps result " + sequence + " after " + last);
            last = sequence;
            KeptResult kept = readResult(in, session, room);
            check(kept.index() > id && kept.index() <= lastUsed, "session " + id + " did not run " + kept.index());
            session.keep(sequence, kept);
        }
        return session;
    }

    private static KeptResult readResult(DataInput in, Session session, Room room) throws IOException {
        long index = in.readLong();
        long term = in.readLong();
        long fingerprint = in.readLong();
        int length = in.readInt();
        boolean dropped = length == DROPPED;
        if (!dropped) {
            check(
                    length >= 0 && length <= room.limits.maxResultBytes() - session.keptBytes(),
                    "a result of session " + session.id() + " has " + length + " bytes");
            room.takeBytes(length);
        }
        byte[] result = new byte[dropped ? 0 : length];
        in.readFully(result);
        return new KeptResult(index, term, fingerprint, dropped, result);
    }

    private static void check(boolean holds, String otherwise) throws IOException {
        if (!holds) {
            throw new IOException(otherwise);
        }
    }

    /** What all sessions together may still keep: asked before memory is taken. */
    private static final class Room {

        private final SessionLimits limits;
        private int results;
        private long bytes;

        Room(SessionLimits limits) {
            this.limits = limits;
        }

        void takeResults(int count) throws IOException {
            check(count >= 0 && count <= limits.maxUnacknowledgedInAll() - results, count + " results too many");
            results += count;
        }

        void takeBytes(int length) throws IOException {
            bytes += length;
            check(bytes <= limits.maxResultBytesInAll(), "results of " + bytes + " bytes are too many");
        }
    }
}
