package io.balsa.raft.storage.file;

import io.balsa.raft.storage.file.FaultyDisk.Crash;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Decides which changes reach a {@link FaultyDisk} when the power goes off. */
final class PowerLoss {

    private static final int SECTOR_BYTES = 512;

    private final Map<String, Inode> durableNames;
    private final Crash mode;
    private final Random random;

    PowerLoss(Map<String, Inode> durableNames, Crash mode, Random random) {
        this.durableNames = durableNames;
        this.mode = mode;
        this.random = random;
    }

    void keepSome(List<Change> changes) {
        int whole = switch (mode) {
            case KEEP_ALL -> changes.size();
            case KEEP_PREFIX, TEAR_SECTORS, TEAR_BYTES -> random.nextInt(changes.size() + 1);
            default -> 0;
        };
        for (int i = 0; i < changes.size(); i++) {
            Change change = changes.get(i);
            if (i < whole) {
                change.applyTo(durableNames);
            } else if (mode == Crash.KEEP_RANDOM || mode == Crash.GARBAGE) {
                keepPartOf(change);
            } else if (i == whole && mode == Crash.TEAR_SECTORS) {
                keepPartOf(change);
            } else if (i == whole && mode == Crash.TEAR_BYTES) {
                change.bytes().ifPresent(bytes -> keep(change, 0, random.nextInt(bytes.length + 1)));
            }
        }
    }

    private void keepPartOf(Change change) {
        if (change.bytes().isEmpty()) {
            if (random.nextBoolean()) {
                change.applyTo(durableNames);
            }
            return;
        }
        int length = change.bytes().get().length;
        int size = change.inode().durable.length;
        int at = 0;
        while (at < length) {
            long position = change.position() + at;
            int end = (int) Math.min(length, at + SECTOR_BYTES - position % SECTOR_BYTES);
            if (random.nextBoolean()) {
                keep(change, at, end);
            } else if (mode == Crash.GARBAGE && position >= size) {
                byte[] garbage = new byte[end - at];
                random.nextBytes(garbage);
                Change.ofContents(change.inode(), garbage, position).applyTo(durableNames);
            }
            at = end;
        }
    }

    private void keep(Change change, int from, int to) {
        byte[] part = Arrays.copyOfRange(change.bytes().orElseThrow(), from, to);
        Change.ofContents(change.inode(), part, change.position() + from).applyTo(durableNames);
    }
}
