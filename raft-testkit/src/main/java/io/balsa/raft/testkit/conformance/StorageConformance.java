package io.balsa.raft.testkit.conformance;

import java.util.List;
import java.util.stream.Stream;

/**
 * What every {@link io.balsa.raft.storage.Storage} must do, promise by promise, to try out on one of your own. With JUnit:
 *
 * <pre>{@code
 * @TestFactory
 * Stream<DynamicTest> keepsItsPromises() {
 *     return StorageConformance.promises(MINE).stream()
 *             .map(promise -> DynamicTest.dynamicTest(promise.toString(), () -> promise.check(MINE)));
 * }
 * }</pre>
 *
 * <p>where {@code MINE} is a {@link StorageUnderTest}. With anything else: {@link #assertKept}.
 *
 * <p>Thread-safe.
 */
public final class StorageConformance {

    private static final List<StoragePromise> PROMISES = Stream.of(
                    OpeningPromises.ALL,
                    HardStatePromises.ALL,
                    LogPromises.ALL,
                    DroppingPromises.ALL,
                    ReadingPromises.ALL,
                    SnapshotPromises.ALL,
                    TransferPromises.ALL,
                    InstallingPromises.ALL,
                    CompactionPromises.ALL,
                    CrashPromises.ALL,
                    SnapshotCrashPromises.ALL,
                    FailurePromises.ALL,
                    RoomPromises.ALL)
            .flatMap(List::stream)
            .toList();

    private StorageConformance() {}

    /** All promises. */
    public static List<StoragePromise> promises() {
        return PROMISES;
    }

    /** Those that can be checked on this storage: of the others, it lacks the {@linkplain StoragePromise#needs abilities}. */
    public static List<StoragePromise> promises(StorageUnderTest storage) {
        return PROMISES.stream()
                .filter(promise -> promise.canBeCheckedOn(storage))
                .toList();
    }

    /**
     * Checks all promises that can be checked on this storage, one after the other, on the calling thread.
     *
     * @throws BrokenPromiseError if one is broken, with the next ones that are as suppressed errors
     */
    public static void assertKept(StorageUnderTest storage) {
        List<BrokenPromiseError> broken = promises(storage).stream()
                .flatMap(promise -> broken(promise, storage))
                .toList();
        if (!broken.isEmpty()) {
            BrokenPromiseError first = broken.get(0);
            broken.stream().skip(1).forEach(first::addSuppressed);
            throw first;
        }
    }

    private static Stream<BrokenPromiseError> broken(StoragePromise promise, StorageUnderTest storage) {
        try {
            promise.check(storage);
            return Stream.empty();
        } catch (BrokenPromiseError e) {
            return Stream.of(e);
        }
    }
}
