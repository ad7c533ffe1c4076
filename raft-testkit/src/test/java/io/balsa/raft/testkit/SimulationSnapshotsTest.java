package io.balsa.raft.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.raft.Command;
import io.balsa.raft.SnapshotWriter;
import io.balsa.raft.StateMachine;
import io.balsa.raft.testkit.SimulationFailure.Kind;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.Supplier;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A simulation, of a state machine that takes snapshots,")
class SimulationSnapshotsTest {

    private static final int SEEDS = 12;

    /** Counts commands, and those of an odd length; the answer is the first number only. */
    private static class Counting implements StateMachine {

        long all;
        long odd;

        @Override
        public byte[] apply(Command command) {
            all++;
            odd += command.data().length % 2;
            return Long.toString(all).getBytes(StandardCharsets.UTF_8);
        }

        @Override
        public Optional<SnapshotWriter> snapshot() {
            long allNow = all;
            long oddNow = odd;
            return Optional.of(out -> {
                DataOutputStream data = new DataOutputStream(out);
                data.writeLong(allNow);
                data.writeLong(oddNow);
            });
        }

        @Override
        public void restore(InputStream in) throws IOException {
            DataInputStream data = new DataInputStream(in);
            all = data.readLong();
            odd = data.readLong();
        }

        String state() {
            return all + " " + odd;
        }
    }

    /** Does not remember how many were odd. */
    private static final class Forgetful extends Counting {

        @Override
        public void restore(InputStream in) throws IOException {
            super.restore(in);
            odd = 0;
        }
    }

    /** Writes what it holds when it is written, and not when it was captured. */
    private static final class Late extends Counting {

        @Override
        public Optional<SnapshotWriter> snapshot() {
            return Optional.of(out -> super.snapshot().orElseThrow().writeTo(out));
        }
    }

    /** Adds what it is restored to to what it holds. */
    private static final class Unclean extends Counting {

        @Override
        public void restore(InputStream in) throws IOException {
            long before = all;
            super.restore(in);
            all += before;
        }
    }

    /** Cannot read what it has written. */
    private static final class Unreadable extends Counting {

        @Override
        public void restore(InputStream in) throws IOException {
            throw new IOException("what is this?");
        }
    }

    private static <M extends Counting> SimulationReport run(Supplier<M> machines, boolean withState) {
        Simulation<M> simulation = Simulation.of(machines).servers(3).seeds(1, SEEDS);
        return (withState ? simulation.state(Counting::state) : simulation).run();
    }

    private static void finds(SimulationReport report) {
        assertThat(report.failures())
                .isNotEmpty()
                .allMatch(failure -> failure.kind() == Kind.SNAPSHOT, "is about snapshots");
    }

    @Test
    @DisplayName("finds nothing if they hold everything")
    void passes() {
        run(Counting::new, true).assertPassed();
    }

    @Test
    @DisplayName("finds that they do not hold all of the state")
    void forgetful() {
        SimulationReport report = run(Forgetful::new, true);

        finds(report);
        assertThat(report.failures().get(0).message()).contains("restored from a snapshot", "does not hold all");
    }

    @Test
    @DisplayName("finds by the answers that they do not hold what they should, without knowing the state")
    void unclean() {
        SimulationReport report = run(Unclean::new, false);

        finds(report);
        assertThat(report.failures().get(0).message()).contains("restored from a snapshot");
    }

    @Test
    @DisplayName("finds that they are written too late")
    void late() {
        finds(run(Late::new, true));
    }

    @Test
    @DisplayName("finds that they cannot be read")
    void unreadable() {
        SimulationReport report = run(Unreadable::new, false);

        finds(report);
        assertThat(report.failures().get(0).message()).contains("java.io.IOException: what is this?", "restore");
        assertThat(report.failures().get(0).cause()).containsInstanceOf(IOException.class);
    }
}
