package io.balsa.raft.testkit;

import java.util.List;
import java.util.Map;

/** Decides which unsynced changes have reached a disk when its machine crashed. */
final class CrashedWrites {

    private static final int SECTOR_BYTES = 512;

    private final Map<String, SimulatedFile> durableNames;
    private final List<SimulatedFile> stale;
    private final SimulatedDisk.Crash mode;
    private final Draws draws;

    /** Of a disk with these names, whose free blocks were once blocks of {@code stale}. */
    CrashedWrites(
            Map<String, SimulatedFile> durableNames, List<SimulatedFile> stale, SimulatedDisk.Crash mode, Draws draws) {
        this.durableNames = durableNames;
        this.stale = stale;
        this.mode = mode;
        this.draws = draws;
    }

    void keepSome(List<DiskChange> changes) {
        int whole = switch (mode) {
            case KEEP_ALL -> changes.size();
            case KEEP_PREFIX, TEAR_SECTORS, TEAR_BYTES -> draws.nextInt(changes.size() + 1);
            default -> 0;
        };
        for (int i = 0; i < changes.size(); i++) {
            DiskChange change = changes.get(i);
            if (i < whole) {
                keep(change, change.length());
            } else if (keepsAny() || (i == whole && mode == SimulatedDisk.Crash.TEAR_SECTORS)) {
                keepSectors(change);
            } else if (i == whole && mode == SimulatedDisk.Crash.TEAR_BYTES && !change.isAtomic()) {
                keep(change, draws.nextInt(change.length() + 1));
            }
        }
    }

    private boolean keepsAny() {
        return mode == SimulatedDisk.Crash.KEEP_RANDOM
                || mode == SimulatedDisk.Crash.GARBAGE
                || mode == SimulatedDisk.Crash.STALE;
    }

    private void keep(DiskChange change, int length) {
        if (change.isName()) {
            change.rename(durableNames);
        } else {
            change.file().reach(change, 0, length);
        }
    }

    private void keepSectors(DiskChange change) {
        if (change.isAtomic()) {
            if (draws.nextBoolean()) {
                keep(change, change.length());
            }
            return;
        }
        for (int from = 0; from < change.length(); ) {
            int position = change.position() + from;
            int to = Math.min(change.length(), from + SECTOR_BYTES - position % SECTOR_BYTES);
            if (draws.nextBoolean()) {
                change.file().reach(change, from, to);
            } else if (position >= change.sizeBefore()) {
                fillNewBlock(change.file().durable(), position, to - from);
            }
            from = to;
        }
    }

    /** The size has reached the disk and the contents have not: the file now shows what was in its new block before. */
    private void fillNewBlock(Contents contents, int position, int length) {
        byte[] before = new byte[length];
        if (mode == SimulatedDisk.Crash.GARBAGE) {
            draws.nextBytes(before);
        } else if (mode != SimulatedDisk.Crash.STALE) {
            return;
        } else if (!stale.isEmpty()) {
            Contents old = stale.get(draws.nextInt(stale.size())).durable();
            int sectors = old.size() / SECTOR_BYTES + 1;
            int at = draws.nextBoolean() ? position : draws.nextInt(sectors) * SECTOR_BYTES + position % SECTOR_BYTES;
            old.copyTo(before, at);
        }
        contents.put(before, 0, length, position);
    }
}
