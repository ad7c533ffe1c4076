package io.balsa.raft.storage.file;

import static io.balsa.raft.storage.file.Samples.FOUNDING;
import static io.balsa.raft.storage.file.Samples.IDENTITY;
import static io.balsa.raft.storage.file.Samples.run;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.balsa.raft.cluster.Member;
import io.balsa.raft.cluster.Membership;
import io.balsa.raft.cluster.NodeId;
import io.balsa.raft.storage.DamagedSnapshotException;
import io.balsa.raft.storage.EntryKind;
import io.balsa.raft.storage.EntryRun;
import io.balsa.raft.storage.HardState;
import io.balsa.raft.storage.LogEntry;
import io.balsa.raft.storage.LogPosition;
import io.balsa.raft.storage.SnapshotInfo;
import io.balsa.raft.storage.SnapshotSink;
import io.balsa.raft.storage.SnapshotSource;
import io.balsa.raft.storage.Storage;
import io.balsa.raft.storage.StorageException;
import io.balsa.raft.storage.StoredState;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What every storage promises about snapshots that can be told without a crash. */
abstract class SnapshotContract {

    private static final Membership LATER = Membership.ofVoters(List.of(Member.of(1, "a"), Member.of(3, "c")));

    private Storage storage;

    /** A storage that is not open yet; always at the same place within one test. */
    abstract Storage newStorage();

    @BeforeEach
    void openAnEmptyStore() {
        storage = newStorage();
        storage.open(IDENTITY, FOUNDING);
    }

    @AfterEach
    void closeTheStore() {
        storage.close();
    }

    private StoredState reopened() {
        storage.close();
        storage = newStorage();
        return storage.open(IDENTITY, FOUNDING);
    }

    /** Entries 1 to 6, of terms 1, 1, 1, 2, 2, 2, each a run of its own. */
    private void appendSix() {
        for (int index = 1; index <= 6; index++) {
            storage.append(run(index, index <= 3 ? 1 : 2, "e" + index));
        }
        storage.sync();
    }

    private static LogPosition at(long index, long term) {
        return new LogPosition(index, term);
    }

    private SnapshotInfo take(LogPosition last, String contents) {
        try (SnapshotSink sink = storage.beginSnapshot(last, 2, LATER)) {
            sink.write(bytes(contents));
            return sink.commit();
        }
    }

    private static SnapshotInfo announced(LogPosition last, String contents) {
        CRC32C crc = new CRC32C();
        crc.update(bytes(contents));
        return new SnapshotInfo(last, 2, LATER, bytes(contents).remaining(), (int) crc.getValue());
    }

    private SnapshotInfo receive(LogPosition last, String contents) {
        try (SnapshotSink sink = storage.receiveSnapshot(announced(last, contents))) {
            sink.write(bytes(contents));
            return sink.commit();
        }
    }

    private void install(LogPosition last, String contents) {
        storage.installSnapshot(receive(last, contents));
        storage.sync();
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(UTF_8));
    }

    private String contentsOf(LogPosition last) {
        try (SnapshotSource source = storage.openSnapshot(last).orElseThrow()) {
            return contentsOf(source);
        }
    }

    private static String contentsOf(SnapshotSource source) {
        ByteBuffer into = ByteBuffer.allocate((int) source.info().sizeBytes());
        assertThat(source.read(0, into)).isEqualTo(into.limit());
        assertThat(source.read(into.limit(), into.clear())).isZero();
        return new String(into.array(), UTF_8);
    }

    private List<Long> indexesFrom(long from) {
        return storage.read(from, Long.MAX_VALUE, Integer.MAX_VALUE).stream()
                .flatMap(run -> run.entries().stream())
                .map(LogEntry::index)
                .toList();
    }

    @Test
    @DisplayName("a snapshot is found again as it was taken, and told as the newest")
    void keepsASnapshot() {
        appendSix();

        SnapshotInfo taken = take(at(4, 2), "state");

        assertThat(taken).isEqualTo(announced(at(4, 2), "state"));
        StoredState state = reopened();
        assertThat(state.snapshot()).hasValue(taken);
        assertThat(state.base()).as("nothing was compacted").isEqualTo(LogPosition.ZERO);
        assertThat(state.last()).isEqualTo(at(6, 2));
        assertThat(contentsOf(at(4, 2))).isEqualTo("state");
    }

    @Test
    @DisplayName("a snapshot of no bytes is one")
    void keepsAnEmptySnapshot() {
        appendSix();

        SnapshotInfo taken = take(at(4, 2), "");

        assertThat(reopened().snapshot()).hasValue(taken);
        assertThat(contentsOf(at(4, 2))).isEmpty();
    }

    @Test
    @DisplayName("a snapshot is read from any position on, as much as fits")
    void readsFromAnyPosition() {
        appendSix();
        take(at(4, 2), "0123456789");

        try (SnapshotSource source = storage.openSnapshot(at(4, 2)).orElseThrow()) {
            ByteBuffer into = ByteBuffer.allocate(4);
            assertThat(source.read(3, into)).isEqualTo(4);
            assertThat(new String(into.array(), UTF_8)).isEqualTo("3456");
            assertThat(source.read(8, into.clear())).isEqualTo(2);
            assertThat(source.read(10, into.clear())).isZero();
            assertThat(source.read(1000, into.clear())).isZero();
        }
    }

    @Test
    @DisplayName("a snapshot that was not committed is not there, and leaves room for the next one")
    void forgetsWhatWasNotCommitted() {
        appendSix();
        try (SnapshotSink sink = storage.beginSnapshot(at(4, 2), 0, FOUNDING)) {
            sink.write(bytes("half"));
            assertThat(sink.position()).isEqualTo(4);
            assertThat(storage.openSnapshot(at(4, 2))).isEmpty();
        }

        take(at(5, 2), "whole");

        assertThat(storage.openSnapshot(at(4, 2))).isEmpty();
        assertThat(reopened().snapshot()).map(SnapshotInfo::last).hasValue(at(5, 2));
    }

    @Test
    @DisplayName("one snapshot is written at a time")
    void writesOneAtATime() {
        appendSix();
        try (SnapshotSink first = storage.beginSnapshot(at(4, 2), 0, FOUNDING)) {
            assertThatIllegalStateException().isThrownBy(() -> storage.beginSnapshot(at(5, 2), 0, FOUNDING));
            assertThatIllegalStateException().isThrownBy(() -> storage.receiveSnapshot(announced(at(9, 2), "x")));
            assertThat(first.commit().sizeBytes()).isZero();
        }
    }

    @Test
    @DisplayName("a sink takes nothing after its commit, and may be closed twice")
    void takesNothingAfterItsCommit() {
        appendSix();
        SnapshotSink sink = storage.beginSnapshot(at(4, 2), 0, FOUNDING);
        sink.commit();

        assertThatIllegalStateException().isThrownBy(() -> sink.write(bytes("more")));
        assertThatIllegalStateException().isThrownBy(sink::commit);
        sink.close();
        sink.close();
        assertThat(contentsOf(at(4, 2))).isEmpty();
    }

    @Test
    @DisplayName("the newest two snapshots are kept, and one that is being read stays readable")
    void keepsTheNewestTwo() {
        appendSix();
        take(at(2, 1), "two");
        try (SnapshotSource oldest = storage.openSnapshot(at(2, 1)).orElseThrow()) {
            take(at(4, 2), "four");
            take(at(6, 2), "six");

            assertThat(storage.openSnapshot(at(2, 1))).isEmpty();
            assertThat(contentsOf(oldest)).isEqualTo("two");
        }
        assertThat(contentsOf(at(4, 2))).isEqualTo("four");
        assertThat(reopened().snapshot()).map(SnapshotInfo::last).hasValue(at(6, 2));
        assertThat(contentsOf(at(4, 2))).isEqualTo("four");
    }

    @Test
    @DisplayName("of two snapshots of the same position the later one counts")
    void replacesASnapshotOfTheSamePosition() {
        appendSix();
        take(at(4, 2), "before");

        SnapshotInfo later = take(at(4, 2), "after it");

        assertThat(contentsOf(at(4, 2))).isEqualTo("after it");
        assertThat(reopened().snapshot()).hasValue(later);
    }

    @Test
    @DisplayName("a log is compacted without a gap, and tells where it begins")
    void compacts() {
        appendSix();
        take(at(4, 2), "state");

        storage.compact(3);
        storage.sync();

        StoredState state = reopened();
        assertThat(state.base().index()).isBetween(0L, 3L);
        assertThat(state.last()).isEqualTo(at(6, 2));
        long first = state.base().index() + 1;
        assertThat(indexesFrom(first)).startsWith(first).endsWith(6L).hasSize((int) (7 - first));
    }

    @Test
    @DisplayName("nothing is compacted that no snapshot covers, or that the log does not have")
    void compactsOnlyWhatIsCovered() {
        appendSix();
        assertThatIllegalArgumentException().isThrownBy(() -> storage.compact(1));
    }

    @Test
    @DisplayName("nothing is compacted that only an older snapshot would have to stand for")
    void compactsNothingBeyondTheNewest() {
        appendSix();
        take(at(4, 2), "state");

        assertThatIllegalArgumentException().isThrownBy(() -> storage.compact(5));
    }

    @Test
    @DisplayName("a snapshot that the log contains is installed, and what follows it stays")
    void installsOverALongerLog() {
        appendSix();

        install(at(4, 2), "received");

        assertThat(indexesFrom(5)).containsExactly(5L, 6L);
        StoredState state = reopened();
        assertThat(state.last()).isEqualTo(at(6, 2));
        assertThat(state.snapshot()).hasValue(announced(at(4, 2), "received"));
    }

    @Test
    @DisplayName("a snapshot that the log does not reach is installed: the log goes on after it")
    void installsOverAShorterLog() {
        appendSix();

        install(at(100, 3), "received");
        storage.append(run(101, 3, "next"));
        storage.sync();

        assertThat(indexesFrom(101)).containsExactly(101L);
        StoredState state = reopened();
        assertThat(state.base()).isEqualTo(at(100, 3));
        assertThat(state.last()).isEqualTo(at(101, 3));
        assertThat(state.termStarts()).containsExactly(at(101, 3));
        assertThat(indexesFrom(101)).containsExactly(101L);
    }

    @Test
    @DisplayName("a snapshot that the log contradicts is installed: nothing of the log stays, nor comes back")
    void installsOverAConflictingLog() {
        appendSix();

        install(at(4, 3), "received");

        StoredState state = reopened();
        assertThat(state.base()).isEqualTo(at(4, 3));
        assertThat(state.last()).isEqualTo(at(4, 3));
        assertThat(state.termStarts()).isEmpty();
        assertThat(indexesFrom(5)).isEmpty();
        storage.append(run(5, 3, "new"));
        storage.sync();
        assertThat(reopened().last()).isEqualTo(at(5, 3));
    }

    @Test
    @DisplayName("memberships that a snapshot took the place of are not told")
    void forgetsMembershipsOfTheOldLog() {
        storage.append(EntryRun.of(new LogEntry(at(1, 1), EntryKind.MEMBERSHIP, LATER.encode())));
        storage.sync();

        install(at(10, 1), "received");

        assertThat(reopened().memberships()).isEmpty();
    }

    @Test
    @DisplayName("entries that a snapshot stands for can be neither read nor written")
    void hasNothingBelowItsBase() {
        appendSix();
        install(at(100, 3), "received");

        assertThatExceptionOfType(StorageException.class)
                .isThrownBy(() -> storage.read(100, 101, 1000))
                .withMessageContaining("100");
        assertThatThrownBy(() -> storage.append(run(100, 3, "x"))).isInstanceOf(IllegalArgumentException.class);
        assertThat(storage.read(101, 101, 1000)).isEmpty();
    }

    @Test
    @DisplayName("what begins behind a snapshot is not changed by installing it once more")
    void installsNothingThatIsBehind() {
        install(at(100, 3), "received");
        install(at(50, 2), "late");

        assertThat(reopened().base()).isEqualTo(at(100, 3));
    }

    @Test
    @DisplayName("a snapshot that is not there cannot be installed")
    void installsNothingThatIsNotThere() {
        assertThatIllegalArgumentException().isThrownBy(() -> storage.installSnapshot(announced(at(4, 2), "nowhere")));
    }

    @Test
    @DisplayName("a snapshot that was committed and not installed is installed by the next start, with its term")
    void finishesInstalling() {
        appendSix();
        storage.writeHardState(new HardState(2, Optional.of(NodeId.of(2))));
        storage.sync();
        receive(at(100, 7), "received");

        StoredState state = reopened();

        assertThat(state.base()).isEqualTo(at(100, 7));
        assertThat(state.last()).isEqualTo(at(100, 7));
        assertThat(state.snapshot()).hasValue(announced(at(100, 7), "received"));
        assertThat(state.hardState()).isEqualTo(new HardState(7, Optional.empty()));
        assertThat(reopened()).as("the next time").isEqualTo(state);
    }

    @ParameterizedTest(name = "after a restart: {0}")
    @ValueSource(booleans = {false, true})
    @DisplayName("a transfer that was interrupted goes on, at most a little before where it stopped")
    void resumesATransfer(boolean restart) {
        String contents = "0123456789".repeat(40_000);
        SnapshotInfo announced = announced(at(9, 2), contents);
        try (SnapshotSink sink = storage.receiveSnapshot(announced)) {
            sink.write(bytes(contents.substring(0, 300_000)));
        }
        if (restart) {
            reopened();
        }

        try (SnapshotSink sink = storage.receiveSnapshot(announced)) {
            assertThat(sink.position()).isBetween(200_000L, 300_000L);
            sink.write(bytes(contents.substring((int) sink.position())));
            assertThat(sink.commit()).isEqualTo(announced);
        }
        assertThat(contentsOf(at(9, 2))).isEqualTo(contents);
    }

    @Test
    @DisplayName("a transfer of another snapshot begins at its beginning, even of the same position")
    void doesNotMixTransfers() {
        String contents = "0123456789".repeat(40_000);
        try (SnapshotSink sink = storage.receiveSnapshot(announced(at(9, 2), contents))) {
            sink.write(bytes(contents.substring(0, 300_000)));
        }

        try (SnapshotSink sink = storage.receiveSnapshot(announced(at(9, 2), "other"))) {
            assertThat(sink.position()).isZero();
        }
        try (SnapshotSink sink = storage.receiveSnapshot(announced(at(9, 2), contents))) {
            assertThat(sink.position()).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"short", "otherwise", "much too long for it"})
    @DisplayName("a snapshot that is not what was announced is refused and forgotten")
    void refusesADamagedTransfer(String came) {
        SnapshotInfo announced = announced(at(9, 2), "announced");

        try (SnapshotSink sink = storage.receiveSnapshot(announced)) {
            assertThatExceptionOfType(DamagedSnapshotException.class).isThrownBy(() -> {
                sink.write(bytes(came));
                sink.commit();
            });
        }

        assertThat(storage.openSnapshot(at(9, 2))).isEmpty();
        try (SnapshotSink sink = storage.receiveSnapshot(announced)) {
            assertThat(sink.position()).isZero();
            sink.write(bytes("announced"));
            assertThat(sink.commit()).isEqualTo(announced);
        }
    }
}
