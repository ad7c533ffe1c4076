package io.balsa.raft.testkit;

import io.balsa.raft.storage.file.DiskFile;
import io.balsa.raft.testkit.SimulatedDisk.Operation;
import java.io.IOException;
import java.nio.ByteBuffer;

/** A file of a {@link SimulatedDisk} that a process has open. */
final class SimulatedHandle implements DiskFile {

    private final SimulatedDisk disk;
    private final String name;
    private final SimulatedFile file;
    private final long bornIn;

    SimulatedHandle(SimulatedDisk disk, String name, SimulatedFile file) {
        this.disk = disk;
        this.name = name;
        this.file = file;
        this.bornIn = disk.life();
    }

    private void requireLife() throws IOException {
        disk.requirePower();
        if (bornIn != disk.life()) {
            throw new IOException("the process that opened " + name + " is gone");
        }
    }

    @Override
    public int read(ByteBuffer into, long position) throws IOException {
        requireLife();
        disk.before(Operation.READ, name, part -> {});
        return file.read(into, (int) position, disk.atMost(Operation.READ, name, into.remaining()));
    }

    @Override
    public int write(ByteBuffer from, long position) throws IOException {
        requireLife();
        disk.before(Operation.WRITE, name, part -> write(from, position, (int) (part * from.remaining())));
        return write(from, position, disk.atMost(Operation.WRITE, name, from.remaining()));
    }

    private int write(ByteBuffer from, long position, int length) throws IOException {
        if (length <= 0) {
            return 0;
        }
        int fitting = (int) Math.min(length, disk.roomFor(file, position + length) - position);
        if (fitting <= 0) {
            throw SimulatedDisk.noSpace();
        }
        byte[] bytes = new byte[fitting];
        from.get(bytes);
        disk.write(file, (int) position, bytes);
        return fitting;
    }

    @Override
    public void preallocate(long size) throws IOException {
        requireLife();
        disk.before(Operation.WRITE, name, part -> grow(file.size() + (long) (part * (size - file.size()))));
        grow(size);
    }

    private void grow(long size) throws IOException {
        long fitting = disk.roomFor(file, size);
        if (fitting > file.size()) {
            disk.grow(file, (int) fitting);
        }
        if (fitting < size) {
            throw SimulatedDisk.noSpace();
        }
    }

    @Override
    public void force() throws IOException {
        requireLife();
        try {
            disk.carryOut(Operation.FORCE, name, () -> disk.force(file));
        } catch (IOException e) {
            // The system takes its pages for clean all the same: a second sync would do nothing, and succeed.
            file.forget();
            throw e;
        }
    }

    @Override
    public void truncate(long size) throws IOException {
        requireLife();
        disk.carryOut(Operation.WRITE, name, () -> {
            if (size < file.size()) {
                disk.cut(file, (int) size);
            }
        });
    }

    @Override
    public long size() throws IOException {
        requireLife();
        return file.size();
    }

    @Override
    public void close() {}
}
