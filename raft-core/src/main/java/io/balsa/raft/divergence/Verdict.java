package io.balsa.raft.divergence;

import io.balsa.raft.cluster.NodeId;
import java.util.Collections;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** What the reports of a checkpoint say. Immutable. */
public sealed interface Verdict {

    /** The index whose hashes were compared. */
    long checkpoint();

    /** A quorum has the same hash, and nobody who has reported has another, save those that were named before. */
    record Agreed(long checkpoint) implements Verdict {}

    /**
     * A quorum has the same hash, and these servers have another: their state machines are not in the state that the
     * commands lead to. Each is named once, until it is forgotten or agrees again.
     *
     * @param minority who is to be put in quarantine; ask them for their {@link HashSpan}
     * @param majority who has the hash of the quorum; ask any one of them for its span, too
     */
    record Diverged(long checkpoint, SortedSet<NodeId> minority, SortedSet<NodeId> majority) implements Verdict {
        public Diverged {
            minority = Collections.unmodifiableSortedSet(new TreeSet<>(minority));
            majority = Collections.unmodifiableSortedSet(new TreeSet<>(majority));
        }
    }

    /**
     * A quorum has reported, but no quorum has the same hash: some state machine errs, and nobody can tell whose. Another
     * report may decide it yet.
     *
     * @param hashes of everybody who has reported
     */
    record Undecidable(long checkpoint, SortedMap<NodeId, Long> hashes) implements Verdict {
        public Undecidable {
            hashes = Collections.unmodifiableSortedMap(new TreeMap<>(hashes));
        }
    }
}
