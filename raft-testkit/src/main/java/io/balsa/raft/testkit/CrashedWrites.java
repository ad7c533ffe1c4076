package io.balsa.raft.testkit;

import java.util.List;
import java.util.Map;

/** Decides which unsynced changes have reached a disk when its machine crashed. */
final class CrashedWrites {

    private static final int SECTOR_BYTES = 512;

    private final Map<String, SimulatedFile> durableNames;
    private final SimulatedDisk.Crash mode;
    private final Draws draws;

    CrashedWrites(Map<String, SimulatedFile> durableNames, SimulatedDisk.Crash mode, Draws draws) {
        this.durableNames = durableNames;
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
            } else if (mode == SimulatedDisk.Crash.KEEP_RANDOM || mode == SimulatedDisk.Crash.GARBAGE) {
                keepSectors(change);
            } else if (i == whole && mode == SimulatedDisk.Crash.TEAR_SECTORS) {
                keepSectors(change);
            } else if (i == whole && mode == SimulatedDisk.Crash.TEAR_BYTES && !change.isOfName()) {
                keep(change, draws.nextInt(change.length() + 1));
            }
        }
    }

    private void keep(DiskChange change, int length) {
        if (change.isOfName()) {
            change.rename(durableNames);
        } else {
            change.redo(0, length);
        }
    }

    private void keepSectors(DiskChange change) {
        if (change.isOfName()) {
            if (draws.nextBoolean()) {
                change.rename(durableNames);
            }
            return;
        }
        for (int from = 0; from < change.length(); ) {
            int position = change.position() + from;
            int to = Math.min(change.length(), from + SECTOR_BYTES - position % SECTOR_BYTES);
            if (draws.nextBoolean()) {
                change.redo(from, to);
            } else if (mode == SimulatedDisk.Crash.GARBAGE && position >= change.sizeBefore()) {
                byte[] garbage = new byte[to - from];
                draws.nextBytes(garbage);
                change.garble(from, garbage);
            }
            from = to;
        }
    }
}
