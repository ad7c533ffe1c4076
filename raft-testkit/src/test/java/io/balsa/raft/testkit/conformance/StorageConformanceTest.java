package io.balsa.raft.testkit.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.balsa.raft.storage.file.FileStorage;
import io.balsa.raft.testkit.conformance.Mistake.MemoryUnderTest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@DisplayName("The conformance suite")
class StorageConformanceTest {

    private static final StorageUnderTest SIMULATED = new OnSimulatedDisk(Mistake::fileStorage);

    @TempDir
    Path parent;

    private static Stream<DynamicTest> promisesOf(StorageUnderTest storage) {
        return StorageConformance.promises(storage).stream()
                .map(promise -> DynamicTest.dynamicTest(promise.toString(), () -> promise.check(storage)));
    }

    @TestFactory
    @DisplayName("on a storage in memory")
    Stream<DynamicTest> inMemory() {
        return promisesOf(MemoryUnderTest.SOUND);
    }

    @TestFactory
    @DisplayName("on a storage in files")
    Stream<DynamicTest> inFiles() {
        return promisesOf(() -> {
            Path directory = Files.createTempDirectory(parent, "store");
            return () -> FileStorage.open(directory);
        });
    }

    @TestFactory
    @DisplayName("on a storage in files whose disk is simulated")
    Stream<DynamicTest> onASimulatedDisk() {
        return promisesOf(SIMULATED);
    }

    static Stream<Mistake> mistakes() {
        return Stream.of(
                        OpeningMistakes.ALL,
                        LogMistakes.ALL,
                        ReadingMistakes.ALL,
                        SnapshotMistakes.ALL,
                        InstallingMistakes.ALL,
                        CrashMistakes.ALL,
                        RoomMistakes.ALL)
                .flatMap(List::stream);
    }

    @ParameterizedTest
    @MethodSource("mistakes")
    @DisplayName("finds one mistake for each promise, and names the promise that is broken")
    void findsTheMistake(Mistake mistake) {
        StoragePromise promise = promise(mistake.promise());

        assertThatExceptionOfType(BrokenPromiseError.class)
                .isThrownBy(() -> promise.check(mistake.storage()))
                .withMessageStartingWith(promise.name() + " is broken: " + promise.sentence())
                .satisfies(e -> assertThat(e.promise()).isEqualTo(promise.name()));
    }

    private static StoragePromise promise(String name) {
        return StorageConformance.promises().stream()
                .filter(promise -> promise.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    @Test
    @DisplayName("knows a mistake for every promise")
    void everyPromiseHasItsMistake() {
        List<String> promises =
                StorageConformance.promises().stream().map(StoragePromise::name).toList();

        assertThat(promises).doesNotHaveDuplicates();
        assertThat(mistakes().map(Mistake::promise)).containsExactlyInAnyOrderElementsOf(promises);
    }

    @Test
    @DisplayName("checks every promise on a storage in files, in a directory or on a simulated disk")
    void nothingIsLeftUnchecked() {
        List<StoragePromise> checked = new ArrayList<>(StorageConformance.promises(SIMULATED));
        checked.addAll(StorageConformance.promises(() -> () -> FileStorage.open(parent)));

        assertThat(checked).containsAll(StorageConformance.promises());
    }

    @Test
    @DisplayName("refuses to check what it cannot")
    void refusesWhatItCannotCheck() {
        StoragePromise promise = promise("synced-entries-survive");
        StorageUnderTest storage = () -> () -> FileStorage.open(parent);

        assertThat(promise.canBeCheckedOn(storage)).isFalse();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> promise.check(storage))
                .withMessageContaining("CRASH");
    }

    @Test
    @DisplayName("can be run as a whole, and then reports the first promise that is broken, with the others")
    void runsAsAWhole() {
        StorageConformance.assertKept(MemoryUnderTest.SOUND);

        Mistake mistake = mistakes()
                .filter(m -> m.promise().equals("term-and-vote-are-kept"))
                .findFirst()
                .orElseThrow();
        assertThatThrownBy(() -> StorageConformance.assertKept(mistake.storage()))
                .isInstanceOf(BrokenPromiseError.class)
                .hasMessageStartingWith("term-and-vote-are-kept is broken")
                .satisfies(e -> assertThat(e.getSuppressed()).isNotEmpty());
    }
}
