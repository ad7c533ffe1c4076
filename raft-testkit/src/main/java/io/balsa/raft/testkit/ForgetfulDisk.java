package io.balsa.raft.testkit;

import io.balsa.raft.storage.file.Disk;
import io.balsa.raft.storage.file.DiskFile;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A disk in memory that, when the power fails, forgets everything that was not made durable: each byte since the last
 * {@link DiskFile#force} of its file, and each name since the last {@link #syncDirectory}. Not safe for use by several
 * threads at once.
 */
public final class ForgetfulDisk implements Disk {

    /** What must be put back if the power fails: what a write overwrote, and how long the file was. */
    private record Undo(int position, ByteBuffer overwritten, int size) {}

    private static final class Content {
        private final Deque<Undo> undo = new ArrayDeque<>(); // latest first
        private byte[] bytes = new byte[0];
        private int size;

        void resize(int wanted) {
            if (wanted > bytes.length) {
                bytes = Arrays.copyOf(bytes, Math.max(wanted, 2 * bytes.length));
            }
            if (wanted < size) {
                Arrays.fill(bytes, wanted, size, (byte) 0);
            }
            size = wanted;
        }

        void forget() {
            for (Undo change = undo.poll(); change != null; change = undo.poll()) {
                int length = change.overwritten.remaining();
                resize(Math.max(change.size, change.position + length));
                change.overwritten.get(bytes, change.position, length);
                resize(change.size);
            }
        }
    }

    private final String name;
    private final Power power;
    private final boolean forces;
    private Map<String, Content> files = new TreeMap<>();
    private Map<String, Content> durableFiles = new TreeMap<>();
    private @Nullable Object lockedBy;
    private long outagesSeen;

    private ForgetfulDisk(String name, Power power, boolean forces) {
        this.name = name;
        this.power = power;
        this.forces = forces;
    }

    /** An empty disk of this name. */
    public static ForgetfulDisk on(Power power, String name) {
        return new ForgetfulDisk(name, power, true);
    }

    /** An empty disk that only says that it makes things durable: what a test of durability must notice. */
    public static ForgetfulDisk lying(Power power, String name) {
        return new ForgetfulDisk(name, power, false);
    }

    private void use() throws IOException {
        power.use();
        if (outagesSeen < power.outages()) {
            outagesSeen = power.outages();
            lockedBy = null;
            files.values().forEach(Content::forget);
            durableFiles.values().forEach(Content::forget);
            files = new TreeMap<>(durableFiles);
        }
    }

    private Content content(String file) throws IOException {
        Content content = files.get(file);
        if (content == null) {
            throw new IOException(file + " is missing");
        }
        return content;
    }

    @Override
    public void createDirectory() throws IOException {
        use();
    }

    @Override
    public Optional<Closeable> lock(String file) throws IOException {
        use();
        if (lockedBy != null) {
            return Optional.empty();
        }
        Object owner = new Object();
        lockedBy = owner;
        return Optional.of(() -> {
            if (owner.equals(lockedBy)) {
                lockedBy = null;
            }
        });
    }

    @Override
    public List<String> list() throws IOException {
        use();
        return List.copyOf(files.keySet());
    }

    @Override
    public DiskFile create(String file) throws IOException {
        use();
        if (files.containsKey(file)) {
            throw new IOException(file + " is there already");
        }
        Content content = new Content();
        files.put(file, content);
        return new Handle(content);
    }

    @Override
    public DiskFile open(String file) throws IOException {
        use();
        return new Handle(content(file));
    }

    @Override
    public void rename(String from, String to) throws IOException {
        use();
        files.put(to, content(from));
        files.remove(from);
    }

    @Override
    public void delete(String file) throws IOException {
        use();
        content(file);
        files.remove(file);
    }

    @Override
    public void syncDirectory() throws IOException {
        use();
        if (forces) {
            durableFiles = new TreeMap<>(files);
        }
    }

    @Override
    public String toString() {
        return name;
    }

    private final class Handle implements DiskFile {

        private final Content content;
        private final long outage = power.outages();

        Handle(Content content) {
            this.content = content;
        }

        private void useHandle() throws IOException {
            use();
            if (outage != power.outages()) {
                throw new IOException("the file was opened before the power failed");
            }
        }

        @Override
        public int read(ByteBuffer into, long position) throws IOException {
            useHandle();
            int length = (int) Math.min(into.remaining(), content.size - position);
            if (length <= 0) {
                return into.hasRemaining() ? -1 : 0;
            }
            into.put(content.bytes, (int) position, length);
            return length;
        }

        @Override
        public int write(ByteBuffer from, long position) throws IOException {
            useHandle();
            int at = Math.toIntExact(position);
            int length = from.remaining();
            change(at, Math.min(at + length, content.size), Math.max(content.size, at + length));
            from.get(content.bytes, at, length);
            return length;
        }

        @Override
        public void preallocate(long size) throws IOException {
            useHandle();
            if (size > content.size) {
                change(content.size, content.size, Math.toIntExact(size));
            }
        }

        @Override
        public void truncate(long size) throws IOException {
            useHandle();
            if (size < content.size) {
                change((int) size, content.size, (int) size);
            }
        }

        /** Notes what stands from one position to another, then gives the file a size. */
        private void change(int from, int to, int newSize) {
            byte[] overwritten = to > from ? Arrays.copyOfRange(content.bytes, from, to) : new byte[0];
            content.undo.push(new Undo(from, ByteBuffer.wrap(overwritten), content.size));
            content.resize(newSize);
        }

        @Override
        public void force() throws IOException {
            useHandle();
            if (forces) {
                content.undo.clear();
            }
        }

        @Override
        public long size() throws IOException {
            useHandle();
            return content.size;
        }

        @Override
        public void close() {}
    }
}
