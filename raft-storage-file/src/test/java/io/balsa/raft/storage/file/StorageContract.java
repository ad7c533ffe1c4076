package io.balsa.raft.storage.file;

import static io.balsa.raft.storage.file.Samples.FOUNDING;
import static io.balsa.raft.storage.file.Samples.IDENTITY;
import static io.balsa.raft.storage.file.Samples.entries;
import static io.balsa.raft.storage.file.Samples.membership;
import static io.balsa.raft.storage.file.Samples.open;
import static io.balsa.raft.storage.file.Samples.run;
import static io.balsa.raft.storage.file.Samples.runOfSize;
import static io.balsa.raft.storage.file.Samples.voted;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.balsa.raft.cluster.NodeIdentity;
import io.balsa.raft.storage.EntryRun;
import io.balsa.raft.storage.HardState;
import io.balsa.raft.storage.LogEntry;
import io.balsa.raft.storage.LogPosition;
import io.balsa.raft.storage.Storage;
import io.balsa.raft.storage.StorageException;
import io.balsa.raft.storage.StoredState;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What every storage promises that can be told without a crash. */
abstract class StorageContract {

    private Storage storage;

    /** A storage that is not open yet; always at the same place within one test. */
    abstract Storage newStorage();

    @BeforeEach
    void begin() {
        storage = newStorage();
    }

    @AfterEach
    void end() {
        storage.close();
    }

    private StoredState reopened() {
        storage.close();
        storage = newStorage();
        return open(storage);
    }

    @Test
    @DisplayName("a store that was just made is empty, and belongs to who made it")
    void beginsEmpty() {
        StoredState state = open(storage);

        assertThat(state).isEqualTo(StoredState.empty(IDENTITY, FOUNDING));
    }

    @Test
    @DisplayName("a store keeps the id that it was given when it was made")
    void keepsItsId() {
        open(storage);
        storage.close();
        storage = newStorage();

        StoredState state = storage.open(new NodeIdentity("orders", IDENTITY.node(), 99), FOUNDING);

        assertThat(state.identity()).isEqualTo(IDENTITY);
    }

    @Test
    @DisplayName("term and vote are remembered")
    void remembersTermAndVote() {
        open(storage);
        storage.writeHardState(voted(3, 2));
        storage.sync();
        storage.writeHardState(new HardState(4, Optional.empty()));
        storage.writeHardState(voted(4, 3));
        storage.sync();

        StoredState state = reopened();

        assertThat(state.hardState()).isEqualTo(voted(4, 3));
    }

    @Test
    @DisplayName("entries are remembered, with the terms they begin and the memberships among them")
    void remembersEntries() {
        open(storage);
        storage.append(run(1, 1, "a", "b"));
        storage.append(membership(3, 1));
        storage.append(run(4, 3, "c"));
        storage.sync();
        List<LogEntry> written = entries(storage, 4);

        StoredState state = reopened();

        assertThat(state.last()).isEqualTo(new LogPosition(4, 3));
        assertThat(state.termStarts()).containsExactly(new LogPosition(1, 1), new LogPosition(4, 3));
        assertThat(state.memberships())
                .containsExactly(membership(3, 1).entries().get(0));
        assertThat(entries(storage, 4)).isEqualTo(written);
    }

    @Test
    @DisplayName("entries can be read before they are synced")
    void readsWhatIsNotSynced() {
        open(storage);

        storage.append(run(1, 1, "a", "b"));

        assertThat(storage.read(1, 2, 1000)).containsExactly(run(1, 1, "a", "b"));
    }

    @Test
    @DisplayName("a run that begins within the log drops all entries from there on")
    void dropsAConflictingTail() {
        open(storage);
        storage.append(run(1, 1, "a", "b", "c"));
        storage.append(membership(4, 1));
        storage.sync();

        storage.append(run(2, 2, "B"));

        assertThat(storage.read(1, 9, 1000)).containsExactly(run(1, 1, "a"), run(2, 2, "B"));
    }

    @Test
    @DisplayName("dropped entries never come back, nor do their terms and memberships")
    void droppedEntriesStayDropped() {
        open(storage);
        storage.append(run(1, 1, "a", "b", "c"));
        storage.append(membership(4, 2));
        storage.sync();
        storage.append(run(2, 3, "B"));
        storage.sync();

        StoredState state = reopened();

        assertThat(state.last()).isEqualTo(new LogPosition(2, 3));
        assertThat(state.termStarts()).containsExactly(new LogPosition(1, 1), new LogPosition(2, 3));
        assertThat(state.memberships()).isEmpty();
        assertThat(storage.read(1, 9, 1000)).containsExactly(run(1, 1, "a"), run(2, 3, "B"));
    }

    @Test
    @DisplayName("the whole log can be replaced")
    void replacesTheWholeLog() {
        open(storage);
        storage.append(run(1, 1, "a", "b", "c"));
        storage.append(run(1, 2, "A"));
        storage.sync();

        StoredState state = reopened();

        assertThat(state.last()).isEqualTo(new LogPosition(1, 2));
        assertThat(storage.read(1, 3, 1000)).containsExactly(run(1, 2, "A"));
    }

    @Test
    @DisplayName("a read returns nothing but the entries asked for")
    void readsARange() {
        open(storage);
        storage.append(run(1, 1, "a", "b", "c"));
        storage.append(run(4, 1, "d", "e", "f"));
        storage.sync();

        assertThat(storage.read(2, 5, 1000)).containsExactly(run(2, 1, "b", "c"), run(4, 1, "d", "e"));
    }

    @Test
    @DisplayName("a read stops when it has as many bytes as it may, but never before the first run")
    void readsNoMoreBytesThanItMay() {
        open(storage);
        storage.append(runOfSize(1, 1, 100));
        storage.append(runOfSize(2, 1, 100));
        storage.append(runOfSize(3, 1, 100));

        assertThat(storage.read(1, 3, 1)).containsExactly(runOfSize(1, 1, 100));
        assertThat(storage.read(1, 3, 200)).hasSize(2);
        assertThat(storage.read(1, 3, 10_000)).hasSize(3);
    }

    @Test
    @DisplayName("runs of many megabytes are kept as they are")
    void keepsLargeRuns() {
        EntryRun large = runOfSize(2, 1, 5 * 1024 * 1024);
        open(storage);
        storage.append(run(1, 1, "a"));
        storage.append(large);
        storage.append(run(3, 1, "b"));
        storage.sync();

        reopened();

        assertThat(storage.read(1, 3, Integer.MAX_VALUE)).containsExactly(run(1, 1, "a"), large, run(3, 1, "b"));
    }

    @Test
    @DisplayName("a run that would leave a gap is refused, and nothing else is")
    void refusesAGap() {
        open(storage);
        storage.append(run(1, 1, "a"));

        assertThatThrownBy(() -> storage.append(run(3, 1, "c"))).isInstanceOf(IllegalArgumentException.class);

        storage.append(run(2, 1, "b"));
        storage.sync();
        assertThat(entries(storage, 2)).hasSize(2);
    }

    @Test
    @DisplayName("a store that was given back is of no use, and may be given back again")
    void isOfNoUseOnceClosed() {
        open(storage);
        storage.close();

        storage.close();

        assertThatThrownBy(() -> storage.append(run(1, 1, "a"))).isInstanceOf(StorageException.class);
        assertThatThrownBy(() -> storage.read(1, 1, 1)).isInstanceOf(StorageException.class);
    }

    @Test
    @DisplayName("many restarts change nothing")
    void survivesManyRestarts() {
        open(storage);
        for (int i = 1; i <= 50; i++) {
            storage.append(run(i, i, "entry " + i));
            StoredState state = reopened();
            assertThat(state.last()).isEqualTo(new LogPosition(i, i));
        }

        assertThat(entries(storage, 50)).hasSize(50);
    }
}
