package io.balsa.raft.storage;

import static io.balsa.raft.storage.EntryRunTest.run;
import static io.balsa.raft.storage.MemoryStorageTest.FOUNDING;
import static io.balsa.raft.storage.MemoryStorageTest.SELF;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What snapshots in memory do beyond what the conformance suite of the testkit asks of every storage. */
@DisplayName("Snapshots in memory")
class MemorySnapshotsTest {

    private final MemoryStorage memory = new MemoryStorage();

    @BeforeEach
    void open() {
        memory.open(SELF, FOUNDING);
    }

    private StoredState openedAfterACrash() {
        memory.loseUnsynced();
        return memory.open(SELF, FOUNDING);
    }

    private SnapshotInfo take(long index, long term) {
        try (SnapshotSink sink = memory.beginSnapshot(new LogPosition(index, term), 0, FOUNDING)) {
            return sink.commit();
        }
    }

    @Test
    @DisplayName("are kept as long as they are among the newest two")
    void areKeptIfTheyAreAmongTheNewestTwo() {
        memory.append(run(1, 1, "a", "b", "c"));
        take(1, 1);
        take(2, 1);
        take(3, 1);

        assertThat(memory.openSnapshot(new LogPosition(1, 1))).isEmpty();
        assertThat(memory.openSnapshot(new LogPosition(2, 1))).isPresent();
        assertThat(memory.openSnapshot(new LogPosition(3, 1))).isPresent();
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
        SnapshotSink sink = memory.beginSnapshot(new LogPosition(1, 1), 0, FOUNDING);
        memory.loseUnsynced();

        assertThatIllegalStateException().isThrownBy(sink::commit);
        sink.close();
        memory.open(SELF, FOUNDING);
        assertThat(take(1, 1).index()).isEqualTo(1);
    }
}
