package io.balsa.raft.storage;

import static io.balsa.raft.storage.EntryRunTest.run;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Snapshots in memory")
class MemorySnapshotsTest extends SnapshotContract {

    private final MemoryStorage memory = new MemoryStorage();

    @Override
    protected Storage storage() {
        return memory;
    }

    private StoredState openedAfterACrash() {
        memory.loseUnsynced();
        return memory.open(StorageContract.SELF, StorageContract.FOUNDING);
    }

    private SnapshotInfo take(long index, long term) {
        try (SnapshotSink sink = memory.beginSnapshot(new LogPosition(index, term), 0, StorageContract.FOUNDING)) {
            return sink.commit();
        }
    }

    @Test
    @DisplayName("survive a crash once they are committed, even if the log does not reach them then")
    void surviveACrash() {
        memory.append(run(1, 1, "a"));
        memory.sync();
        memory.append(run(2, 1, "b", "c"));
        SnapshotInfo taken = take(3, 1);

        StoredState state = openedAfterACrash();

        assertThat(state.snapshot()).hasValue(taken);
        assertThat(state.base()).isEqualTo(new LogPosition(3, 1));
        assertThat(state.last()).isEqualTo(new LogPosition(3, 1));
        assertThat(state.hardState()).isEqualTo(new HardState(1, Optional.empty()));
    }

    @Test
    @DisplayName("stand for the log from the next sync on")
    void standForTheLogOnceSynced() {
        memory.append(run(1, 1, "a", "b", "c"));
        memory.sync();
        take(2, 1);
        memory.compact(2);
        assertThat(openedAfterACrash().base()).isEqualTo(LogPosition.ZERO);

        memory.compact(2);
        memory.sync();

        assertThat(openedAfterACrash().base()).isEqualTo(new LogPosition(2, 1));
        assertThat(memory.read(3, 3, 1000)).containsExactly(run(3, 1, "c"));
    }

    @Test
    @DisplayName("are written by nobody who lost the store")
    void areWrittenByNobodyWhoLostTheStore() {
        SnapshotSink sink = memory.beginSnapshot(new LogPosition(1, 1), 0, StorageContract.FOUNDING);
        memory.loseUnsynced();

        assertThatIllegalStateException().isThrownBy(sink::commit);
        sink.close();
        memory.open(StorageContract.SELF, StorageContract.FOUNDING);
        assertThat(take(1, 1).index()).isEqualTo(1);
    }
}
