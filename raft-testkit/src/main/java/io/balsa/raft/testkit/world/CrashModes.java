package io.balsa.raft.testkit.world;

import io.balsa.raft.testkit.Draws;
import io.balsa.raft.testkit.SimulatedDisk.Crash;
import java.util.List;

/** Draws what a crash leaves of what was not synced. */
final class CrashModes {

    private static final List<Crash> ALL = List.of(Crash.values());
    private static final List<Crash> TORN =
            List.of(Crash.TEAR_SECTORS, Crash.TEAR_BYTES, Crash.KEEP_RANDOM, Crash.GARBAGE);

    private CrashModes() {}

    /** Any. */
    static Crash any(Draws draws) {
        return ALL.get(draws.nextInt(ALL.size()));
    }

    /** For a power cut in the middle of a write: more often than not one that leaves a part of it. */
    static Crash torn(Draws draws) {
        return draws.nextBoolean() ? TORN.get(draws.nextInt(TORN.size())) : any(draws);
    }
}
