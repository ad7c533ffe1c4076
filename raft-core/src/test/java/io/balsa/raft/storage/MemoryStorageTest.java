package io.balsa.raft.storage;

import static io.balsa.raft.storage.EntryRunTest.run;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.balsa.raft.cluster.Member;
import io.balsa.raft.cluster.Membership;
import io.balsa.raft.cluster.NodeId;
import io.balsa.raft.cluster.NodeIdentity;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What a store in memory does beyond what the conformance suite of the testkit asks of every storage. */
@DisplayName("A store in memory")
class MemoryStorageTest {

    static final NodeIdentity SELF = new NodeIdentity("orders", NodeId.of(1), 4711);
    static final Membership FOUNDING = Membership.ofVoters(List.of(Member.of(1, "a"), Member.of(2, "b")));
    private static final HardState VOTED = new HardState(3, Optional.of(NodeId.of(2)));

    private final MemoryStorage memory = new MemoryStorage();

    @BeforeEach
    void open() {
        memory.open(SELF, FOUNDING);
    }

    /** What a server finds that is started after a crash of the machine. */
    private StoredState openedAfterACrash() {
        memory.loseUnsynced();
        return memory.open(SELF, FOUNDING);
    }

    @Test
    @DisplayName("is refused as long as another server has it")
    void isInUse() {
        assertThatExceptionOfType(StorageException.class)
                .isThrownBy(() -> memory.open(SELF, FOUNDING))
                .withMessage("This store is in use by orders/n1/1267; close that server before orders/n1/1267 is"
                        + " started on it, or give each server a store of its own.");
    }

    @Test
    @DisplayName("tells a stranger in a sentence whose it is")
    void tellsWhoseItIs() {
        memory.close();

        assertThatExceptionOfType(StorageException.class)
                .isThrownBy(() -> memory.open(new NodeIdentity("invoices", NodeId.of(2), 1), FOUNDING))
                .withMessage("This store belongs to server n1 of cluster 'orders', not to server n2 of cluster"
                        + " 'invoices'; give each server a store of its own.");
    }

    @Test
    @DisplayName("takes nothing before it is opened")
    void takesNothingBeforeItIsOpened() {
        assertThatIllegalStateException().isThrownBy(() -> new MemoryStorage().append(run(1, 1, "x")));
    }

    @Test
    @DisplayName("takes nothing after it was closed")
    void takesNothingAfterItWasClosed() {
        memory.close();

        assertThatIllegalStateException().isThrownBy(() -> memory.writeHardState(VOTED));
        assertThatIllegalStateException().isThrownBy(() -> memory.append(run(1, 1, "x")));
        assertThatIllegalStateException().isThrownBy(memory::sync);
        assertThatIllegalStateException().isThrownBy(() -> memory.read(1, 1, 1));
    }

    @Test
    @DisplayName("says what is wrong with a run that leaves a gap")
    void saysWhereTheGapIs() {
        memory.append(run(1, 1, "a"));

        assertThatIllegalArgumentException()
                .isThrownBy(() -> memory.append(run(3, 1, "c")))
                .withMessage("a run that begins at 3 leaves a gap after the last entry, 1/1");
    }

    @Test
    @DisplayName("refuses a run of an earlier term than the entry before it")
    void refusesAFallingTerm() {
        memory.append(run(1, 2, "a"));

        assertThatIllegalArgumentException()
                .isThrownBy(() -> memory.append(run(2, 1, "b")))
                .withMessage(
                        "terms never fall in a log, but 2/1 COMMAND (33 bytes) is to follow 1/2 COMMAND (33 bytes)");
    }

    @Test
    @DisplayName("reads a run that is too long up to where the bytes end")
    void cutsTheFirstRun() {
        memory.append(run(1, 1, "a", "b", "c", "d"));

        assertThat(memory.read(2, 4, run(2, 1, "b", "c").sizeBytes())).containsExactly(run(2, 1, "b", "c"));
    }

    @Test
    @DisplayName("leaves a later run out that does not fit whole")
    void doesNotCutALaterRun() {
        EntryRun first = run(1, 1, "a");
        memory.append(first);
        memory.append(run(2, 1, "b", "c"));

        assertThat(memory.read(1, 3, 2 * first.sizeBytes())).containsExactly(first);
    }

    @Test
    @DisplayName("keeps what was not synced when it is closed, since nothing crashed")
    void keepsWhatWasNotSynced() {
        memory.append(run(1, 1, "a"));
        memory.close();

        assertThat(memory.open(SELF, FOUNDING).last()).isEqualTo(new LogPosition(1, 1));
    }

    @Test
    @DisplayName("falls back to the last sync in a crash")
    void losesWhatWasNotSynced() {
        memory.writeHardState(VOTED);
        memory.append(run(1, 1, "a"));
        memory.sync();
        memory.writeHardState(new HardState(4, Optional.empty()));
        memory.append(run(2, 4, "b"));

        StoredState state = openedAfterACrash();

        assertThat(state.hardState()).isEqualTo(VOTED);
        assertThat(state.last()).isEqualTo(new LogPosition(1, 1));
    }

    @Test
    @DisplayName("finds the entries again in a crash whose dropping was not synced")
    void bringsBackWhatWasNotDroppedDurably() {
        memory.append(run(1, 1, "a", "b", "c"));
        memory.sync();
        memory.append(run(2, 2, "B"));

        StoredState state = openedAfterACrash();

        assertThat(state.last()).isEqualTo(new LogPosition(3, 1));
        assertThat(memory.read(1, 3, Integer.MAX_VALUE)).containsExactly(run(1, 1, "a", "b", "c"));
    }

    @Test
    @DisplayName("does not bring entries back in a crash whose dropping was synced")
    void losesWhatWasDroppedDurably() {
        memory.append(run(1, 1, "a", "b", "c"));
        memory.sync();
        memory.append(run(2, 2, "B"));
        memory.sync();

        assertThat(openedAfterACrash().last()).isEqualTo(new LogPosition(2, 2));
    }

    @Test
    @DisplayName("does not lose what it has told when it was opened, synced or not")
    void keepsWhatItHasTold() {
        memory.append(run(1, 1, "a"));
        memory.writeHardState(VOTED);
        memory.close();
        StoredState told = memory.open(SELF, FOUNDING);

        assertThat(openedAfterACrash()).isEqualTo(told);
    }

    @Test
    @DisplayName("goes on after a crash as if what was lost had never been")
    void goesOnAfterACrash() {
        memory.append(run(1, 1, "lost"));
        openedAfterACrash();

        memory.append(run(1, 2, "kept"));
        memory.sync();

        assertThat(openedAfterACrash().termStarts()).containsExactly(new LogPosition(1, 2));
    }
}
