package io.balsa.raft.benchmarks;

import java.nio.file.Path;
import java.util.List;

/**
 * What a process under test is told.
 *
 * @param id from 1 on
 * @param ports where each process listens on loopback, this one included
 * @param dir of its own
 * @param meter for its syncs
 */
record ServerSetup(int id, List<Integer> ports, Path dir, SyncMeter meter) {}
