package io.balsa.raft.testkit;

import io.balsa.raft.storage.file.Disk;
import io.balsa.raft.storage.file.DiskFile;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A disk in memory that knows what was made durable and what was only written, so that a crash can lose, tear and reorder
 * the latter as a real one does; that fails where its {@link Faults} say so, or loses its power there; that can be full;
 * and that rots. For one thread.
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
        GARBAGE,
        /** As before, but what is there are old bytes of this or another file, of one that was deleted above all. */
        STALE
    }

    /** Fails operations, and carries them out in part. */
    @FunctionalInterface
    public interface Faults {

        /** Nothing fails. */
        Faults NONE = (operation, file) -> {};

        /**
         * Called before an operation is carried out; throws to let it fail. A {@link PowerCut} ends this life of the disk.
         *
         * @param file what is operated on; the directory is called "."
         * @throws IOException if it is to fail
         */
        void before(Operation operation, String file) throws IOException;

        /**
         * How many bytes of a read or a write are carried out at once, at least 1: fewer than {@code bytes} are as legal as
         * all of them.
         */
        default int atMost(Operation operation, String file, int bytes) {
            return bytes;
        }
    }

    /** The operations that a fault may hit. */
    public enum Operation {
        /** Contents are read, or names. */
        READ,
        /** Contents are written, or a file grows or shrinks. */
        WRITE,
        /** Contents are made durable. */
        FORCE,
        /** Names change. */
        RENAME,
        /** Names are made durable. */
        SYNC_DIRECTORY
    }

    /**
     * The power goes off at an operation, of which a part may have been carried out. Thrown by {@link Faults#before}; from
     * then on every operation of the disk throws one, until the disk {@linkplain SimulatedDisk#crash has crashed}.
     */
    public static final class PowerCut extends Error {

        private static final long serialVersionUID = 1L;

        private final double carriedOut;

        /**
         * Cuts the power.
         *
         * @param carriedOut which part of the operation is carried out, from 0 to 1: so much of what is written; whatever
         *     else happens or not, happens from one half on
         */
        public PowerCut(double carriedOut) {
            super("the power is off");
            this.carriedOut = carriedOut;
        }
    }

    /**
     * Where a disk has rotten.
     *
     * @param file name of the file
     * @param offset of the byte in it
     */
    public record Rot(String file, long offset) {}

    /** Something to do. */
    interface Step {
        void run() throws IOException;
    }

    /** What is still done of an operation while the power goes off. */
    interface LastBreath {
        void breathe(double part) throws IOException;
    }

    private static final int MAX_STALE_FILES = 8;

    private final String name;
    private final Faults faults;
    private final boolean syncs;
    private final List<SimulatedFile> unsafe = new ArrayList<>(); // those that a crash may change
    private final List<DiskChange> pendingNames = new ArrayList<>(); // not durable yet, in order
    private final List<SimulatedFile> deleted = new ArrayList<>();
    private Map<String, SimulatedFile> names = new TreeMap<>();
    private Map<String, SimulatedFile> durableNames = new TreeMap<>();
    private @Nullable Object lockedBy;
    private long life; // handles of an earlier life are dead
    private boolean powerIsOff;
    private long changes;
    private long capacity = Long.MAX_VALUE;

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

    /**
     * Sets how many bytes all files together may have, from now on; unlimited unless set. A write or an allocation that needs
     * more is carried out as far as there is room, and then fails; files that are larger already stay.
     */
    public void capacity(long bytes) {
        capacity = bytes;
    }

    /** What was written and may still become durable, in bytes. */
    public long unsyncedBytes() {
        return unsafe.stream()
                .flatMap(file -> file.pending().stream())
                .mapToLong(DiskChange::length)
                .sum();
    }

    /** Bytes of all files. */
    public long usedBytes() {
        return names.values().stream().mapToLong(SimulatedFile::size).sum();
    }

    /** The process, or the machine, crashes: what is found afterwards depends on the mode and on chance. */
    public void crash(Crash mode, Draws draws) {
        life++;
        lockedBy = null;
        powerIsOff = false;
        if (mode == Crash.PROCESS_ONLY) {
            return;
        }
        List<DiskChange> pending = new ArrayList<>(pendingNames);
        unsafe.forEach(file -> pending.addAll(file.pending()));
        pending.sort(Comparator.comparingLong(DiskChange::number));
        List<SimulatedFile> stale = new ArrayList<>(deleted);
        stale.addAll(durableNames.values());
        new CrashedWrites(durableNames, stale, mode, draws).keepSome(pending);
        unsafe.forEach(SimulatedFile::revert);
        unsafe.clear();
        pendingNames.clear();
        names = new TreeMap<>(durableNames);
    }

    /**
     * Turns one bit that is durable.
     *
     * @return where, if there is any file with contents
     */
    public Optional<Rot> rot(Draws draws) {
        return rot(draws, false);
    }

    /**
     * Turns one bit of what was written and synced, and not only allocated: at or below the end of the last such write to a
     * file.
     *
     * @return where, if anything was written and synced
     */
    public Optional<Rot> rotWritten(Draws draws) {
        return rot(draws, true);
    }

    private Optional<Rot> rot(Draws draws, boolean onlyWritten) {
        List<Map.Entry<String, SimulatedFile>> files = new ArrayList<>(durableNames.entrySet());
        files.removeIf(file -> file.getValue().rottable(onlyWritten) == 0);
        if (files.isEmpty()) {
            return Optional.empty();
        }
        Map.Entry<String, SimulatedFile> hit = files.get(draws.nextInt(files.size()));
        int offset = draws.nextInt(hit.getValue().rottable(onlyWritten));
        hit.getValue().flip(offset, draws.nextInt(Byte.SIZE));
        return Optional.of(new Rot(hit.getKey(), offset));
    }

    /** Which life this is: a crash ends it, and all handles of it are dead. */
    long life() {
        return life;
    }

    void requirePower() {
        if (powerIsOff) {
            throw new PowerCut(0);
        }
    }

    private SimulatedFile require(String file) throws IOException {
        requirePower();
        SimulatedFile found = names.get(file);
        if (found == null) {
            throw new IOException(file + " is missing");
        }
        return found;
    }

    /** Asks the faults; if they cut the power, tells {@code last}. */
    void before(Operation operation, String file, LastBreath last) throws IOException {
        requirePower();
        try {
            faults.before(operation, file);
        } catch (PowerCut cut) {
            try {
                last.breathe(cut.carriedOut);
            } catch (IOException e) {
                cut.addSuppressed(e);
            }
            powerIsOff = true;
            throw cut;
        }
    }

    /** Carries out what cannot be done by halves. */
    void carryOut(Operation operation, String file, Step step) throws IOException {
        before(operation, file, part -> {
            if (part >= 0.5) {
                step.run();
            }
        });
        step.run();
    }

    int atMost(Operation operation, String file, int bytes) {
        return Math.min(bytes, Math.max(1, faults.atMost(operation, file, bytes)));
    }

    static IOException noSpace() {
        return new IOException("No space left on device");
    }

    /** How far a file may grow that is to become so large. */
    long roomFor(SimulatedFile file, long size) {
        if (capacity == Long.MAX_VALUE || size <= file.size()) {
            return size;
        }
        return Math.min(size, file.size() + Math.max(0, capacity - usedBytes()));
    }

    void write(SimulatedFile file, int position, byte[] bytes) {
        change(DiskChange.write(changes++, file, position, bytes));
    }

    void grow(SimulatedFile file, int size) {
        change(DiskChange.grow(changes++, file, size));
    }

    void cut(SimulatedFile file, int size) {
        change(DiskChange.cut(changes++, file, size));
    }

    private void change(DiskChange change) {
        if (change.file().isSafe()) {
            unsafe.add(change.file());
        }
        change.file().change(change);
    }

    void force(SimulatedFile file) {
        if (syncs && !file.pending().isEmpty()) {
            file.force();
            if (file.isSafe()) {
                unsafe.remove(file);
            }
        }
    }

    private void nameChange(SimulatedFile file, Optional<String> removed, Optional<String> added) {
        @Nullable SimulatedFile replaced = names.get(added.or(() -> removed).orElseThrow());
        DiskChange change = DiskChange.ofName(changes++, file, removed, added);
        change.rename(names);
        pendingNames.add(change);
        if (replaced != null) {
            deleted.add(replaced);
            if (deleted.size() > MAX_STALE_FILES) {
                deleted.remove(0);
            }
        }
    }

    @Override
    public void createDirectory() {
        requirePower();
    }

    @Override
    public Optional<Closeable> lock(String file) {
        requirePower();
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
        before(Operation.READ, ".", part -> {});
        return List.copyOf(names.keySet());
    }

    @Override
    public DiskFile create(String file) throws IOException {
        SimulatedFile content = new SimulatedFile();
        carryOut(Operation.RENAME, file, () -> {
            if (names.containsKey(file)) {
                throw new IOException(file + " is there already");
            }
            if (usedBytes() >= capacity) {
                throw noSpace();
            }
            nameChange(content, Optional.empty(), Optional.of(file));
        });
        return new SimulatedHandle(this, file, content);
    }

    @Override
    public DiskFile open(String file) throws IOException {
        return new SimulatedHandle(this, file, require(file));
    }

    @Override
    public void rename(String from, String to) throws IOException {
        carryOut(Operation.RENAME, from, () -> nameChange(require(from), Optional.of(from), Optional.of(to)));
    }

    @Override
    public void delete(String file) throws IOException {
        carryOut(Operation.RENAME, file, () -> nameChange(require(file), Optional.of(file), Optional.empty()));
    }

    @Override
    public void syncDirectory() throws IOException {
        carryOut(Operation.SYNC_DIRECTORY, ".", () -> {
            if (syncs && !pendingNames.isEmpty()) {
                durableNames = new TreeMap<>(names);
                pendingNames.clear();
            }
        });
    }

    @Override
    public String toString() {
        return name;
    }
}
