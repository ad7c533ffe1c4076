package io.balsa.raft.testkit;

import io.balsa.raft.storage.file.Disk;
import io.balsa.raft.storage.file.DiskFile;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A disk in memory that knows what was made durable and what was only written, so that a crash can lose, tear and reorder
 * the latter as a real one does; and that fails where its {@link Faults} say so.
 */
public final class SimulatedDisk implements Disk {

    /** What becomes of unsynced writes when the machine crashes. */
    public enum Crash {
        /** Only the process dies: the system still has everything, but no more of it is durable than was. */
        PROCESS_ONLY,
        /** Everything that was not synced is gone. */
        LOSE_ALL,
        /** Everything has reached the disk just in time. */
        KEEP_ALL,
        /** The first writes have reached the disk, the others have not. */
        KEEP_PREFIX,
        /** As before, and of the write after them any of its sectors. */
        TEAR_SECTORS,
        /** As before, but the write breaks off at any byte. */
        TEAR_BYTES,
        /** Any sectors of any writes have, and any changes of names. */
        KEEP_RANDOM,
        /** As before, and where a file was growing there is garbage. */
        GARBAGE
    }

    /** Fails operations. */
    @FunctionalInterface
    public interface Faults {

        /** Nothing fails. */
        Faults NONE = (operation, file) -> {};

        /**
         * Called before an operation is carried out; throws to let it fail.
         *
         * @throws IOException if it is to fail
         */
        void before(Operation operation, String file) throws IOException;
    }

    /** The operations that a fault may hit. */
    public enum Operation {
        /** Contents are read. */
        READ,
        /** Contents are written, or a file grows. */
        WRITE,
        /** Contents are made durable. */
        FORCE,
        /** Names change. */
        RENAME,
        /** Names are made durable. */
        SYNC_DIRECTORY
    }

    private final String name;
    private final Faults faults;
    private final boolean syncs;
    private final List<DiskChange> pending = new ArrayList<>(); // not durable yet, in order
    private Map<String, SimulatedFile> names = new TreeMap<>();
    private Map<String, SimulatedFile> durableNames = new TreeMap<>();
    private @Nullable Object lockedBy;
    private long life; // handles of an earlier life are dead

    /** An empty disk. */
    public SimulatedDisk(String name, Faults faults) {
        this(name, faults, true);
    }

    private SimulatedDisk(String name, Faults faults, boolean syncs) {
        this.name = name;
        this.faults = faults;
        this.syncs = syncs;
    }

    /** An empty disk that only pretends to make things durable: what a test of durability must notice. */
    public static SimulatedDisk lying(String name, Faults faults) {
        return new SimulatedDisk(name, faults, false);
    }

    /** What was written and is not durable, in bytes. */
    public long unsyncedBytes() {
        return pending.stream().mapToLong(DiskChange::length).sum();
    }

    /** Bytes of all files. */
    public long usedBytes() {
        return names.values().stream().mapToLong(SimulatedFile::size).sum();
    }

    /** The process, or the machine, crashes: what is found afterwards depends on the mode and on chance. */
    public void crash(Crash mode, Draws draws) {
        life++;
        lockedBy = null;
        if (mode == Crash.PROCESS_ONLY) {
            return;
        }
        List<DiskChange> changes = List.copyOf(pending);
        pending.clear();
        for (int i = changes.size() - 1; i >= 0; i--) {
            changes.get(i).undo();
        }
        List<DiskChange> survivors =
                changes.stream().filter(change -> !change.isForgotten()).toList();
        new CrashedWrites(durableNames, mode, draws).keepSome(survivors);
        names = new TreeMap<>(durableNames);
    }

    /**
     * Turns one bit of a file that is durable.
     *
     * @return which file, if there is one with contents
     */
    public Optional<String> rot(Draws draws) {
        List<String> files = new ArrayList<>();
        durableNames.forEach((file, content) -> {
            if (content.size() > 0) {
                files.add(file);
            }
        });
        if (files.isEmpty()) {
            return Optional.empty();
        }
        String file = files.get(draws.nextInt(files.size()));
        file(file).ifPresent(content -> content.flip(draws.nextInt(content.size()), draws.nextInt(8)));
        return Optional.of(file);
    }

    private Optional<SimulatedFile> file(String file) {
        return Optional.ofNullable(names.get(file));
    }

    private SimulatedFile require(String file) throws IOException {
        return file(file).orElseThrow(() -> new IOException(file + " is missing"));
    }

    @Override
    public void createDirectory() {}

    @Override
    public Optional<Closeable> lock(String file) {
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
        faults.before(Operation.READ, ".");
        return List.copyOf(names.keySet());
    }

    @Override
    public DiskFile create(String file) throws IOException {
        faults.before(Operation.RENAME, file);
        if (names.containsKey(file)) {
            throw new IOException(file + " is there already");
        }
        SimulatedFile content = new SimulatedFile();
        change(DiskChange.ofName(content, Optional.empty(), Optional.of(file)));
        return new Handle(file, content);
    }

    @Override
    public DiskFile open(String file) throws IOException {
        return new Handle(file, require(file));
    }

    @Override
    public void rename(String from, String to) throws IOException {
        faults.before(Operation.RENAME, from);
        change(DiskChange.ofName(require(from), Optional.of(from), Optional.of(to)));
    }

    @Override
    public void delete(String file) throws IOException {
        faults.before(Operation.RENAME, file);
        change(DiskChange.ofName(require(file), Optional.of(file), Optional.empty()));
    }

    private void change(DiskChange change) {
        change.rename(names);
        pending.add(change);
    }

    @Override
    public void syncDirectory() throws IOException {
        faults.before(Operation.SYNC_DIRECTORY, ".");
        if (syncs) {
            durableNames = new TreeMap<>(names);
            pending.removeIf(DiskChange::isOfName);
        }
    }

    @Override
    public String toString() {
        return name;
    }

    private final class Handle implements DiskFile {

        private final String file;
        private final SimulatedFile content;
        private final long bornIn = life;

        Handle(String file, SimulatedFile content) {
            this.file = file;
            this.content = content;
        }

        private void before(Operation operation) throws IOException {
            if (bornIn != life) {
                throw new IOException("the process that opened " + file + " is gone");
            }
            faults.before(operation, file);
        }

        @Override
        public int read(ByteBuffer into, long position) throws IOException {
            before(Operation.READ);
            return content.read(into, (int) position);
        }

        @Override
        public int write(ByteBuffer from, long position) throws IOException {
            byte[] bytes = new byte[from.remaining()];
            from.duplicate().get(bytes);
            before(Operation.WRITE);
            from.position(from.limit());
            pending.add(content.write(bytes, (int) position));
            return bytes.length;
        }

        @Override
        public void preallocate(long size) throws IOException {
            before(Operation.WRITE);
            if (size > content.size()) {
                pending.add(content.write(new byte[(int) size - content.size()], content.size()));
            }
        }

        @Override
        public void force() throws IOException {
            try {
                before(Operation.FORCE);
            } catch (IOException e) {
                // The system takes its pages for clean all the same: a second sync would do nothing, and succeed.
                pending.stream()
                        .filter(change -> change.isOfContentsOf(content))
                        .forEach(DiskChange::forget);
                throw e;
            }
            if (syncs) {
                pending.removeIf(change -> change.isOfContentsOf(content) && !change.isForgotten());
            }
        }

        @Override
        public void truncate(long size) throws IOException {
            before(Operation.WRITE);
            if (size < content.size()) {
                pending.add(content.truncate((int) size));
            }
        }

        @Override
        public long size() {
            return content.size();
        }

        @Override
        public void close() {}
    }
}
