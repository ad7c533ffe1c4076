package io.balsa.raft.testkit;

import java.util.Optional;

/** What has come of one seed. */
record SeedRun(long hash, SimulationTotals totals, Optional<SimulationFailure> failure) {}
