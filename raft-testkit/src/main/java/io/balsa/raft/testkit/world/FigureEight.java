package io.balsa.raft.testkit.world;

import io.balsa.raft.testkit.Draws;
import org.jspecify.annotations.Nullable;

/**
 * Tries to bring about what figure 3.7 of the dissertation shows (figure 8 of the paper): an entry of an earlier term comes to
 * be on a majority, is not committed, and is overwritten. It takes more coincidences than chance alone brings: a first leader
 * is cut off while clients write to it; a second falls as soon as it leads; the first is brought back, replicates what it
 * has, and falls before anything of its new term is replicated; the second comes back, and leads with a later last term.
 * Who is elected, and how far anything gets, is left to chance.
 */
final class FigureEight {

    private static final long SECOND = 1_000_000_000L;

    private final World world;
    private final Partitions partitions;
    private final Draws draws;
    private final SimulatedServer first;
    private @Nullable SimulatedServer second;
    private @Nullable Cut aroundFirst;
    private @Nullable Cut aroundSecond;
    private boolean over;

    /** Begins with the server that leads. */
    FigureEight(World world, Partitions partitions, Draws draws, SimulatedServer leader) {
        this.world = world;
        this.partitions = partitions;
        this.draws = draws;
        first = leader;
        aroundFirst = partitions.cutOff(leader);
        world.in(15 * SECOND, this::end);
    }

    boolean isOver() {
        return over;
    }

    /** Somebody has come to lead. */
    void onLeader(SimulatedServer leader) {
        if (over || (leader.equals(first) && second == null)) {
            return;
        }
        if (second == null) {
            second = leader;
            aroundSecond = partitions.cutOff(leader);
            mend(aroundFirst);
            aroundFirst = null;
        } else if (leader.equals(first)) {
            world.in(draws.logUniform(2_000_000, 60_000_000), this::turn);
        } else if (leader.equals(second)) {
            end();
        } else if (aroundSecond != null) {
            partitions.isolate(leader, 2 * SECOND);
        }
    }

    private void turn() {
        if (!over) {
            partitions.isolate(first, 4 * SECOND);
            mend(aroundSecond);
            aroundSecond = null;
        }
    }

    private void end() {
        over = true;
        mend(aroundFirst);
        mend(aroundSecond);
        aroundFirst = null;
        aroundSecond = null;
    }

    private void mend(@Nullable Cut cut) {
        if (cut != null) {
            partitions.mend(cut);
        }
    }
}
