package io.balsa.raft.examples.kvstore;

import io.balsa.raft.Command;
import io.balsa.raft.SnapshotWriter;
import io.balsa.raft.examples.kvstore.KvResult.Status;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A store whose values lie in a file, so that they may be far more than the heap holds. It only ever appends: puts and
 * announcements, each with its length before it. A snapshot is the file up to where it reached, so a capture costs
 * nothing.
 */
final class FileKvState implements KvState {

    private static final int PIECE_BYTES = 256 << 10;

    /** Where a value lies. */
    private record Place(long position, int length) {}

    private final Path directory;
    private final Map<String, Place> places = new HashMap<>();
    private final Map<Long, String> clientAddresses = new ConcurrentHashMap<>();
    private FileChannel file;
    private long end;
    private int generation;

    /** A store that is empty, in a directory of its own. */
    FileKvState(Path directory) {
        this.directory = directory;
        try {
            Files.createDirectories(directory);
            file = newFile();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The file is deleted at once: what is open can be read, and nothing is left behind. */
    private FileChannel newFile() throws IOException {
        generation++;
        Path path = directory.resolve("state-" + ProcessHandle.current().pid() + "-" + generation);
        FileChannel opened = FileChannel.open(
                path, StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE);
        Files.delete(path);
        return opened;
    }

    @Override
    public Optional<Bytes> value(String key) {
        Place place = places.get(key);
        if (place == null) {
            return Optional.empty();
        }
        try {
            ByteBuffer into = ByteBuffer.allocate(place.length());
            while (into.hasRemaining() && file.read(into, place.position() + into.position()) >= 0) {
                // a read may be short
            }
            return Optional.of(Bytes.take(into.flip(), place.length()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public Optional<String> clientAddress(long nodeId) {
        return Optional.ofNullable(clientAddresses.get(nodeId));
    }

    @Override
    public byte[] apply(Command command) {
        ByteBuffer data = command.buffer();
        ByteBuffer record = ByteBuffer.allocate(Integer.BYTES + data.remaining());
        record.putInt(data.remaining()).put(data.duplicate()).flip();
        long position = end;
        try {
            while (record.hasRemaining()) {
                end += file.write(record, end);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        index(KvCodec.decodeCommand(data), position + record.limit());
        return KvCodec.encode(KvResult.of(Status.DONE));
    }

    /** The value of a put is the end of its encoding. */
    private void index(KvCommand command, long recordEnd) {
        if (command instanceof KvCommand.Put put) {
            int length = put.value().length();
            places.put(put.key(), new Place(recordEnd - length, length));
        } else if (command instanceof KvCommand.Announce announce) {
            clientAddresses.put(announce.nodeId(), announce.clientAddress());
        }
    }

    @Override
    public Optional<SnapshotWriter> snapshot() {
        FileChannel captured = file;
        long length = end;
        return Optional.of(out -> write(captured, length, out));
    }

    private static void write(FileChannel from, long length, OutputStream out) throws IOException {
        new DataOutputStream(out).writeLong(length);
        ByteBuffer piece = ByteBuffer.allocate(PIECE_BYTES);
        for (long position = 0; position < length; position += piece.limit()) {
            piece.clear().limit((int) Math.min(PIECE_BYTES, length - position));
            int count = from.read(piece, position);
            if (count < 0) {
                throw new EOFException("the state ends at " + position);
            }
            piece.flip();
            out.write(piece.array(), 0, count);
        }
    }

    /** Streams into a new file, and learns what is where from that. */
    @Override
    public void restore(InputStream in) throws IOException {
        places.clear();
        clientAddresses.clear();
        DataInputStream data = new DataInputStream(in);
        long length = data.readLong();
        FileChannel fresh = newFile();
        DataOutputStream out =
                new DataOutputStream(new java.io.BufferedOutputStream(Channels.newOutputStream(fresh), PIECE_BYTES));
        long position = 0;
        while (position < length) {
            byte[] record = new byte[data.readInt()];
            data.readFully(record);
            out.writeInt(record.length);
            out.write(record);
            position += Integer.BYTES + record.length;
            index(KvCodec.decodeCommand(ByteBuffer.wrap(record)), position);
        }
        out.flush();
        file = fresh; // the old one may still be written into a snapshot, and is closed when nobody knows it any more
        end = length;
    }
}
