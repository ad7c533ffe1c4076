package io.balsa.raft.testkit.conformance;

import io.balsa.raft.storage.Storage;
import io.balsa.raft.storage.file.Disk;
import io.balsa.raft.testkit.Draws;
import io.balsa.raft.testkit.SimulatedDisk;
import io.balsa.raft.testkit.SimulatedDisk.Crash;
import io.balsa.raft.testkit.SimulatedDisk.Operation;
import io.balsa.raft.testkit.SimulatedDisk.PowerCut;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;

/**
 * A storage that reaches its files through a {@link Disk}, each of its stores on a {@link SimulatedDisk} of its own: so the
 * promises about crashes and failures can be checked, but not those that take several threads.
 *
 * <pre>{@code
 * new OnSimulatedDisk(disk -> FileStorage.builder(disk).segmentBytes(8192).build())
 * }</pre>
 *
 * <p>An operation is what {@link Operation} lists: one of a file, or of the directory. Small segments, or whatever the
 * storage has in their place, keep the checks quick: each is made anew for each operation at which the power may go off.
 *
 * <p>Immutable.
 */
public final class OnSimulatedDisk implements StorageUnderTest {

    /** By seed, from 0 on. */
    private static final List<Crash> CRASHES = List.of(
            Crash.LOSE_ALL,
            Crash.KEEP_ALL,
            Crash.KEEP_PREFIX,
            Crash.TEAR_SECTORS,
            Crash.TEAR_BYTES,
            Crash.KEEP_RANDOM,
            Crash.GARBAGE,
            Crash.STALE,
            Crash.PROCESS_ONLY);

    private final Function<Disk, Storage> storages;

    /** A storage that is made so, not open yet, on the disk that it is given. */
    public OnSimulatedDisk(Function<Disk, Storage> storages) {
        this.storages = Objects.requireNonNull(storages, "storages");
    }

    @Override
    public Store newStore() {
        return new SimulatedStore();
    }

    @Override
    public Set<Ability> abilities() {
        return Set.of(Ability.CRASH, Ability.CRASH_AT_OPERATION, Ability.FAIL_AT_OPERATION, Ability.FULL_DISK);
    }

    private final class SimulatedStore implements Store, SimulatedDisk.Faults {

        private final SimulatedDisk disk = new SimulatedDisk("disk", this);
        private PretendingDisk seen = new PretendingDisk(disk);
        private long armedAt;
        private long operationsLeft = Long.MAX_VALUE;
        private boolean isCut; // else it fails
        private boolean isHit;

        @Override
        public Storage storage() {
            return storages.apply(seen);
        }

        @Override
        public void crash(long seed) {
            arm(Long.MAX_VALUE, false);
            Crash mode = CRASHES.get((int) Math.floorMod(seed, (long) CRASHES.size()));
            disk.crash(mode, new Draws(seed));
            seen = new PretendingDisk(disk);
        }

        @Override
        public void crashAt(long operation) {
            arm(operation, true);
        }

        @Override
        public void failAt(long operation) {
            arm(operation, false);
        }

        @Override
        public void leaveRoom(long bytes) {
            disk.capacity(bytes == Long.MAX_VALUE ? bytes : disk.usedBytes() + bytes);
        }

        private void arm(long operation, boolean cut) {
            armedAt = operation;
            operationsLeft = operation;
            isCut = cut;
            isHit = false;
        }

        @Override
        public boolean isHit() {
            return isHit;
        }

        @Override
        public void before(Operation operation, String file) throws IOException {
            if (operationsLeft-- != 0) {
                return;
            }
            isHit = true;
            if (isCut) {
                throw new PowerCut(new Draws(armedAt).nextDouble());
            }
            throw new IOException("Input/output error");
        }

        @Override
        public String toString() {
            return "a store on a simulated disk";
        }
    }
}
