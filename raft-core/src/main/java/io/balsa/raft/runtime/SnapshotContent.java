package io.balsa.raft.runtime;

import io.balsa.raft.SnapshotWriter;
import java.io.DataInputStream;
import java.io.DataOutput;
import java.io.DataOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;

/**
 * What stands in a snapshot. The storage and the leader's messages take it as bytes, and check that they stay what they
 * were; what they mean is known here only.
 *
 * <p>All numbers are big-endian:
 *
 * <pre>
 *   magic     4 bytes   "BLSS"
 *   version   1 byte    1
 *   flags     1 byte    1: all that follows is deflated (zlib); no other bit may be set
 *   sections            for each: id (2 bytes, not 0), length (4 bytes), as many bytes
 *   end       2 bytes   0
 *   state     the rest  what the state machine wrote
 * </pre>
 *
 * <p>The sections belong to the library: what it must remember besides the application's state. A reader that meets a section
 * it does not know refuses the snapshot, because a server that forgot a part of the state would no longer be like the others.
 */
final class SnapshotContent {

    private static final int MAGIC = 0x424C5353;
    private static final int VERSION = 1;
    private static final int DEFLATED = 1;
    private static final int BUFFER_BYTES = 1 << 16;

    private SnapshotContent() {}

    /** What the library keeps under a number. */
    @SuppressWarnings("ArrayRecordComponent") // identity is what matters: nobody compares sections
    record Section(int id, byte[] bytes) {
        Section {
            if (id < 1 || id > Short.MAX_VALUE) {
                throw new IllegalArgumentException("no section has the number " + id);
            }
        }
    }

    /**
     * What the library has captured under a number, and how long it is. Written later, on another thread, because it may be
     * much: the apply agent is not to wait for that.
     */
    record Captured(int id, int length, Writing writing) {

        Captured {
            if (id < 1 || id > Short.MAX_VALUE || length < 0) {
                throw new IllegalArgumentException("no section has the number " + id + " and " + length + " bytes");
            }
        }

        /** Something short. */
        static Captured of(int id, byte[] bytes) {
            return new Captured(id, bytes.length, out -> out.write(bytes));
        }
    }

    /** Writes what was captured, which does not change any more. */
    @FunctionalInterface
    interface Writing {
        void writeTo(DataOutput out) throws IOException;
    }

    /** What the library itself has to remember. Used by the apply agent's thread. */
    interface Library {

        /** What it is now. Takes no time worth mentioning. */
        List<Captured> capture();

        /**
         * Forgets everything and takes this instead.
         *
         * @param lastIndex up to where the snapshot reaches
         * @throws IOException if there is a section it does not know, or one that means nothing
         */
        void restore(List<Section> sections, long lastIndex) throws IOException;
    }

    // --- writing ---

    /** Writes a snapshot; {@code out} is neither flushed nor closed, and should be buffered. */
    static void write(OutputStream out, boolean deflated, List<Captured> sections, SnapshotWriter state)
            throws IOException {
        DataOutputStream header = new DataOutputStream(out);
        header.writeInt(MAGIC);
        header.writeByte(VERSION);
        header.writeByte(deflated ? DEFLATED : 0);
        if (!deflated) {
            writeBody(out, sections, state);
            return;
        }
        Deflater deflater = new Deflater(Deflater.BEST_SPEED);
        try {
            DeflaterOutputStream body = new DeflaterOutputStream(out, deflater, BUFFER_BYTES);
            writeBody(body, sections, state);
            body.finish();
        } finally {
            deflater.end(); // its memory is not the heap's
        }
    }

    private static void writeBody(OutputStream out, List<Captured> sections, SnapshotWriter state) throws IOException {
        DataOutputStream data = new DataOutputStream(out);
        for (Captured section : sections) {
            data.writeShort(section.id());
            data.writeInt(section.length());
            int begin = data.size();
            section.writing().writeTo(data);
            if (data.size() - begin != section.length()) {
                throw new IllegalStateException("section " + section.id() + " has " + (data.size() - begin)
                        + " bytes, and not " + section.length());
            }
        }
        data.writeShort(0);
        state.writeTo(new LentOutput(out));
    }

    /** The application may close what it writes to, as one does with streams: what follows is ours. */
    private static final class LentOutput extends FilterOutputStream {

        LentOutput(OutputStream out) {
            super(out);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            out.write(bytes, offset, length);
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }

    // --- reading ---

    /** A snapshot that is being read: what the library finds in it, and then the state machine's bytes. */
    record Opened(List<Section> sections, InputStream state, Inflater inflater) implements AutoCloseable {

        @Override
        public void close() {
            inflater.end();
        }
    }

    /**
     * Reads up to where the state machine's bytes begin.
     *
     * @param in should be buffered
     * @throws IOException if it cannot be read or is no snapshot that this version of the library understands
     */
    static Opened open(InputStream in) throws IOException {
        DataInputStream header = new DataInputStream(in);
        int magic = header.readInt();
        int version = header.readUnsignedByte();
        int flags = header.readUnsignedByte();
        if (magic != MAGIC || version != VERSION || (flags & ~DEFLATED) != 0) {
            throw new IOException(String.format(
                    "not the content of a snapshot, or of a later version: magic %08x, version %d, flags %d",
                    magic, version, flags));
        }
        Inflater inflater = new Inflater();
        try {
            InputStream body = (flags & DEFLATED) != 0 ? new InflaterInputStream(in, inflater, BUFFER_BYTES) : in;
            return new Opened(readSections(new DataInputStream(body)), body, inflater);
        } catch (IOException | RuntimeException e) {
            inflater.end();
            throw e;
        }
    }

    private static List<Section> readSections(DataInputStream in) throws IOException {
        List<Section> sections = new ArrayList<>();
        for (int id = in.readUnsignedShort(); id != 0; id = in.readUnsignedShort()) {
            int length = in.readInt();
            if (length < 0 || id > Short.MAX_VALUE) {
                throw new IOException("a section " + id + " of " + length + " bytes");
            }
            byte[] bytes = in.readNBytes(length);
            if (bytes.length < length) {
                throw new IOException("section " + id + " ends after " + bytes.length + " of " + length + " bytes");
            }
            sections.add(new Section(id, bytes));
        }
        return List.copyOf(sections);
    }
}
