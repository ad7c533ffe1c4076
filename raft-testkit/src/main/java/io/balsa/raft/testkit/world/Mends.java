package io.balsa.raft.testkit.world;

import io.balsa.raft.cluster.NodeId;
import io.balsa.raft.storage.LogPosition;
import io.balsa.raft.storage.file.Recovery;
import io.balsa.raft.testkit.coverage.Counter;
import io.balsa.raft.testkit.coverage.Coverage;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Predicate;

/** Counts which damage was found when a server came back, and what of it was given back by a leader. */
final class Mends {

    private final Coverage coverage;
    private final Predicate<NodeId> mending;
    private final Map<NodeId, Counter> waiting = new HashMap<>(); // looked up only

    Mends(Coverage coverage, Predicate<NodeId> mending) {
        this.coverage = coverage;
        this.mending = mending;
    }

    /** It has looked at its disk, and goes on with what it found. */
    void onRecovered(NodeId server, Recovery recovery) {
        boolean cut = recovery.mending().flatMap(Recovery.Mending::damage).isPresent();
        boolean damaged = cut || !recovery.snapshots().damaged().isEmpty();
        coverage.count(Counter.BIT_ROT_DETECTED, damaged ? 1 : 0);
        coverage.count(Counter.CRC_FAILURES_REFUSED, cut ? 1 : 0);
        if (!mending.test(server)) {
            waiting.remove(server);
        } else if (cut) {
            LogPosition covered = recovery.snapshots().newest().orElse(LogPosition.ZERO);
            boolean anew = recovery.mending().orElseThrow().last().equals(covered);
            waiting.put(server, anew ? Counter.SNAPSHOTS_MENDED : Counter.LOGS_MENDED);
        } else {
            coverage.count(Counter.MENDING_INTERRUPTED);
        }
    }

    /** It has more on its disk now. */
    void onDurable(NodeId server) {
        if (waiting.containsKey(server) && !mending.test(server)) {
            coverage.count(waiting.remove(server));
        }
    }
}
