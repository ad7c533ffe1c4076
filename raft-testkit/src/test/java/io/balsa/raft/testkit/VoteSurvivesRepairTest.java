package io.balsa.raft.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.balsa.raft.cluster.Member;
import io.balsa.raft.cluster.Membership;
import io.balsa.raft.cluster.NodeId;
import io.balsa.raft.cluster.NodeIdentity;
import io.balsa.raft.storage.HardState;
import io.balsa.raft.storage.StorageException;
import io.balsa.raft.storage.file.FileStorage;
import io.balsa.raft.testkit.SimulatedDisk.Crash;
import io.balsa.raft.testkit.SimulatedDisk.PowerCut;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A sync of term and vote has failed: what was written can be read as long as the system runs, and will never reach the disk.
 * The next process finds it, and repairs; whenever the power goes in that repair, what was durable before is not lost.
 */
@DisplayName("A durable vote")
class VoteSurvivesRepairTest {

    private static final NodeIdentity SELF = new NodeIdentity("test", new NodeId(1), 0);
    private static final Membership ALONE = Membership.ofVoters(List.of(Member.of(1, "here")));
    private static final int CHANCES = 40;

    @ParameterizedTest(name = "{0}")
    @EnumSource(Crash.class)
    @DisplayName("outlives the repair of a later one whose sync has failed")
    void survives(Crash mode) {
        int cuts = 0;
        for (long operation = 0; operation < 40; operation++) {
            for (int chance = 0; chance < CHANCES; chance++) {
                cuts += survives(mode, operation, new Draws(chance)) ? 1 : 0;
            }
        }
        assertThat(cuts).isGreaterThan(10 * CHANCES);
    }

    /** Whether the power went at all. */
    private static boolean survives(Crash mode, long operation, Draws draws) {
        FailOnce faults = new FailOnce();
        SimulatedDisk disk = new SimulatedDisk("disk", faults);
        FileStorage first = FileStorage.on(disk);
        first.open(SELF, ALONE);
        first.writeHardState(vote(4));
        first.writeHardState(vote(5));
        first.sync();
        faults.failSync(1);
        assertThatThrownBy(() -> first.writeHardState(vote(6))).isInstanceOf(StorageException.class);
        disk.crash(Crash.PROCESS_ONLY, draws);

        faults.cutPowerAfter(operation, draws.nextDouble());
        boolean cut = false;
        try {
            FileStorage.on(disk).open(SELF, ALONE);
        } catch (PowerCut e) {
            cut = true;
        }
        faults.calm();
        disk.crash(mode, draws);

        HardState found = FileStorage.on(disk).open(SELF, ALONE).hardState();
        assertThat(found).as("operation %d", operation).isIn(vote(5), vote(6));
        return cut;
    }

    @ParameterizedTest(name = "{0}")
    @EnumSource(Crash.class)
    @DisplayName("outlives the change after a close whose copy of it was never synced")
    void survivesACloseThatFailed(Crash mode) {
        int cuts = 0;
        for (long operation = 0; operation < 10; operation++) {
            for (int chance = 0; chance < CHANCES; chance++) {
                cuts += survivesACloseThatFailed(mode, operation, new Draws(chance)) ? 1 : 0;
            }
        }
        assertThat(cuts).isGreaterThanOrEqualTo(2 * CHANCES);
    }

    private static boolean survivesACloseThatFailed(Crash mode, long operation, Draws draws) {
        FailOnce faults = new FailOnce();
        SimulatedDisk disk = new SimulatedDisk("disk", faults);
        FileStorage first = FileStorage.on(disk);
        first.open(SELF, ALONE);
        first.writeHardState(vote(4));
        first.writeHardState(vote(5));
        faults.failSync(2); // the first is that of the log
        assertThatThrownBy(first::close).isInstanceOf(StorageException.class);
        disk.crash(Crash.PROCESS_ONLY, draws);

        FileStorage second = FileStorage.on(disk);
        assertThat(second.open(SELF, ALONE).hardState()).isEqualTo(vote(5));
        faults.cutPowerAfter(operation, draws.nextDouble());
        boolean cut = false;
        try {
            second.writeHardState(vote(6));
        } catch (PowerCut e) {
            cut = true;
        }
        faults.calm();
        disk.crash(mode, draws);

        HardState found = FileStorage.on(disk).open(SELF, ALONE).hardState();
        assertThat(found).as("operation %d", operation).isIn(vote(5), vote(6));
        return cut;
    }

    private static HardState vote(long term) {
        return new HardState(term, Optional.of(new NodeId(1)));
    }

    private static final class FailOnce implements SimulatedDisk.Faults {

        private int syncsToFailure;
        private long toCut = Long.MAX_VALUE;
        private double carriedOut;

        /** The next sync fails, or one after it. */
        void failSync(int which) {
            syncsToFailure = which;
        }

        void cutPowerAfter(long operations, double part) {
            toCut = operations;
            carriedOut = part;
        }

        void calm() {
            toCut = Long.MAX_VALUE;
        }

        @Override
        public void before(SimulatedDisk.Operation operation, String file) throws IOException {
            if (toCut-- == 0) {
                throw new PowerCut(carriedOut);
            }
            if (operation == SimulatedDisk.Operation.FORCE && syncsToFailure-- == 1) {
                throw new IOException("Input/output error");
            }
        }
    }
}
