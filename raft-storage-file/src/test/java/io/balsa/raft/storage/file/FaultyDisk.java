package io.balsa.raft.storage.file;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;

/**
 * A disk in memory that knows what was made durable, and what was merely written. The power can be cut before any
 * operation that changes something; {@link #crash} then is the disk that the next start finds.
 */
final class FaultyDisk implements Disk {

    /** What becomes of writes that were not made durable. */
    enum Crash {
        /** The process dies, the system goes on: everything is there, but no more durable than it was. */
        PROCESS_ONLY,
        LOSE_ALL,
        KEEP_ALL,
        KEEP_PREFIX,
        /** As before, and the write that comes next reaches the disk in part: any of its sectors. */
        TEAR_SECTORS,
        /** As before, but the write breaks off at any byte. */
        TEAR_BYTES,
        /** Any sectors of any writes, and any changes of names. */
        KEEP_RANDOM,
        /** As before, and where a file was growing there is garbage. */
        GARBAGE
    }

    /** The power went off. */
    static final class PowerCut extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    private TreeMap<String, Inode> durableNames = new TreeMap<>();
    private TreeMap<String, Inode> names = new TreeMap<>();
    private List<Change> pending = new ArrayList<>();
    private final Set<String> locked = new HashSet<>();
    private final List<String> trace = new ArrayList<>();
    private int powerCutAt = Integer.MAX_VALUE;
    private final Set<Integer> failuresAt = new HashSet<>();
    private boolean powerIsOff;
    private boolean forceIgnored;
    private boolean directorySyncIgnored;
    private int openFiles;
    private int mostOpenFiles;

    /** Cuts the power before the operation of this number, counted from 0, becomes durable or returns. */
    FaultyDisk cutPowerAt(int operation) {
        powerCutAt = operation;
        return this;
    }

    /** Lets the operation of this number fail, once; besides those of earlier calls. */
    FaultyDisk failAt(int operation) {
        failuresAt.add(operation);
        return this;
    }

    /** Makes this a disk that claims to force, and does not. */
    FaultyDisk ignoringForce() {
        forceIgnored = true;
        return this;
    }

    /** Makes this a disk that claims to sync its directory, and does not. */
    FaultyDisk ignoringDirectorySync() {
        directorySyncIgnored = true;
        return this;
    }

    /** The operations that changed something, or made it durable. */
    List<String> trace() {
        return trace;
    }

    int openFiles() {
        return openFiles;
    }

    int mostOpenFiles() {
        return mostOpenFiles;
    }

    /** The contents of a file as they are now: to look at, and to damage. */
    byte[] bytes(String name) {
        Inode inode = inode(name);
        inode.visible = inode.visible.clone(); // as copies of the disk have the old array
        return inode.visible;
    }

    /** Replaces a file, durably. */
    void replace(String name, byte[] bytes) {
        Inode inode = names.computeIfAbsent(name, absent -> new Inode());
        inode.visible = bytes;
        inode.durable = bytes.clone();
        durableNames.put(name, inode);
    }

    /** Removes a file, durably. */
    void remove(String name) {
        names.remove(name);
        durableNames.remove(name);
    }

    /** A disk of its own with the same contents, all durable. */
    FaultyDisk copy() {
        return crash(Crash.KEEP_ALL, new Random(0));
    }

    /** All names and contents, to be compared. */
    Map<String, List<Byte>> contents() {
        Map<String, List<Byte>> contents = new TreeMap<>();
        names.forEach((name, inode) -> {
            List<Byte> bytes = new ArrayList<>();
            for (byte b : inode.visible) {
                bytes.add(b);
            }
            contents.put(name, bytes);
        });
        return contents;
    }

    /** The disk after a crash; this one is left as it is. */
    FaultyDisk crash(Crash mode, Random random) {
        FaultyDisk after = new FaultyDisk();
        IdentityHashMap<Inode, Inode> copies = new IdentityHashMap<>();
        durableNames.forEach((name, inode) -> after.durableNames.put(name, copyOf(inode, copies)));
        after.names = new TreeMap<>();
        names.forEach((name, inode) -> after.names.put(name, copyOf(inode, copies)));
        List<Change> changes = new ArrayList<>();
        for (Change change : pending) {
            changes.add(new Change(
                    copyOf(change.inode(), copies),
                    change.bytes(),
                    change.position(),
                    change.cut(),
                    change.removed(),
                    change.added()));
        }
        if (mode == Crash.PROCESS_ONLY) {
            after.pending = changes;
            return after;
        }
        new PowerLoss(after.durableNames, mode, random).keepSome(changes);
        for (Inode inode : copies.values()) {
            inode.visible = inode.durable;
        }
        after.names = new TreeMap<>(after.durableNames);
        return after;
    }

    private static Inode copyOf(Inode inode, IdentityHashMap<Inode, Inode> copies) {
        return copies.computeIfAbsent(inode, Inode::copy);
    }

    private Inode inode(String name) {
        Inode inode = names.get(name);
        if (inode == null) {
            throw new IllegalArgumentException("no file " + name + " among " + names.keySet());
        }
        return inode;
    }

    /** True if the operation is to fail. */
    private boolean begin(String operation) {
        if (powerIsOff) {
            throw new PowerCut();
        }
        int number = trace.size();
        trace.add(operation);
        powerIsOff = number == powerCutAt;
        return failuresAt.contains(number);
    }

    /** If the power goes off while this is done, nobody is told, and yet it may have been done. */
    private void change(String operation, Change change) throws IOException {
        if (begin(operation)) {
            throw new IOException("Input/output error");
        }
        pending.add(change);
        change.showIn(names);
        requirePower();
    }

    private void requirePower() {
        if (powerIsOff) {
            throw new PowerCut();
        }
    }

    @Override
    public void createDirectory() {}

    @Override
    public Optional<Closeable> lock(String name) {
        names.computeIfAbsent(name, absent -> new Inode());
        return locked.add(name) ? Optional.of(() -> locked.remove(name)) : Optional.empty();
    }

    @Override
    public List<String> list() {
        return List.copyOf(names.keySet());
    }

    @Override
    public DiskFile create(String name) throws IOException {
        if (names.containsKey(name)) {
            throw new IOException(name + " is there already");
        }
        Inode inode = new Inode();
        change("create " + name, Change.ofNames(inode, Optional.empty(), Optional.of(name)));
        return new OpenFile(name, inode);
    }

    @Override
    public DiskFile open(String name) throws IOException {
        if (!names.containsKey(name)) {
            throw new IOException("no file " + name);
        }
        return new OpenFile(name, inode(name));
    }

    @Override
    public void rename(String from, String to) throws IOException {
        change("rename " + from, Change.ofNames(inode(from), Optional.of(from), Optional.of(to)));
    }

    @Override
    public void delete(String name) throws IOException {
        if (!names.containsKey(name)) {
            throw new IOException("no file " + name);
        }
        change("delete " + name, Change.ofNames(inode(name), Optional.of(name), Optional.empty()));
    }

    @Override
    public void syncDirectory() throws IOException {
        boolean fails = begin("sync directory");
        requirePower();
        if (fails) {
            throw new IOException("Input/output error");
        }
        if (!directorySyncIgnored) {
            durableNames = new TreeMap<>(names);
            pending.removeIf(change -> change.bytes().isEmpty());
        }
    }

    @Override
    public String toString() {
        return "memory";
    }

    private final class OpenFile implements DiskFile {

        private final String name;
        private final Inode inode;
        private boolean open = true;

        OpenFile(String name, Inode inode) {
            this.name = name;
            this.inode = inode;
            openFiles++;
            mostOpenFiles = Math.max(mostOpenFiles, openFiles);
        }

        @Override
        public int read(ByteBuffer into, long position) {
            byte[] bytes = inode.visible;
            if (position >= bytes.length) {
                return -1;
            }
            int length = (int) Math.min(into.remaining(), bytes.length - position);
            into.put(bytes, (int) position, length);
            return length;
        }

        @Override
        public int write(ByteBuffer from, long position) throws IOException {
            byte[] bytes = new byte[from.remaining()];
            from.get(bytes);
            change("write " + bytes.length + " to " + name, Change.ofContents(inode, bytes, position));
            return bytes.length;
        }

        @Override
        public void preallocate(long size) throws IOException {
            int missing = (int) Math.max(0, size - inode.visible.length);
            change("preallocate " + name, Change.ofContents(inode, new byte[missing], inode.visible.length));
        }

        @Override
        public void force() throws IOException {
            boolean fails = begin("force " + name);
            requirePower();
            if (forceIgnored) {
                return;
            }
            // After a failed sync the system takes its pages for clean: a second sync would do nothing, and succeed.
            for (Change change : List.copyOf(pending)) {
                if (change.bytes().isPresent() && change.inode() == inode) {
                    pending.remove(change);
                    if (!fails) {
                        change.applyTo(durableNames);
                    }
                }
            }
            if (fails) {
                throw new IOException("Input/output error");
            }
        }

        @Override
        public void truncate(long size) throws IOException {
            change("cut " + name, Change.ofCut(inode, size));
        }

        @Override
        public long size() {
            return inode.visible.length;
        }

        @Override
        public void close() {
            if (open) {
                open = false;
                openFiles--;
            }
        }
    }
}
