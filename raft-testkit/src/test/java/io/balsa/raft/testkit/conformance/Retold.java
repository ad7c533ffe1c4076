package io.balsa.raft.testkit.conformance;

import io.balsa.raft.cluster.Membership;
import io.balsa.raft.cluster.NodeIdentity;
import io.balsa.raft.storage.HardState;
import io.balsa.raft.storage.LogEntry;
import io.balsa.raft.storage.LogPosition;
import io.balsa.raft.storage.SnapshotInfo;
import io.balsa.raft.storage.StoredState;
import java.util.List;
import java.util.Optional;

/** What a store holds, told with one thing changed. */
final class Retold {

    private Retold() {}

    static StoredState identity(StoredState s, NodeIdentity identity) {
        return new StoredState(
                identity,
                s.founding(),
                s.hardState(),
                s.base(),
                s.last(),
                s.termStarts(),
                s.memberships(),
                s.snapshot());
    }

    static StoredState founding(StoredState s, Membership founding) {
        return new StoredState(
                s.identity(),
                founding,
                s.hardState(),
                s.base(),
                s.last(),
                s.termStarts(),
                s.memberships(),
                s.snapshot());
    }

    static StoredState hardState(StoredState s, HardState hardState) {
        return new StoredState(
                s.identity(),
                s.founding(),
                hardState,
                s.base(),
                s.last(),
                s.termStarts(),
                s.memberships(),
                s.snapshot());
    }

    static StoredState base(StoredState s, LogPosition base) {
        return new StoredState(
                s.identity(),
                s.founding(),
                s.hardState(),
                base,
                s.last(),
                s.termStarts(),
                s.memberships(),
                s.snapshot());
    }

    static StoredState last(StoredState s, LogPosition last) {
        return new StoredState(
                s.identity(),
                s.founding(),
                s.hardState(),
                s.base(),
                last,
                s.termStarts(),
                s.memberships(),
                s.snapshot());
    }

    static StoredState termStarts(StoredState s, List<LogPosition> starts) {
        return new StoredState(
                s.identity(), s.founding(), s.hardState(), s.base(), s.last(), starts, s.memberships(), s.snapshot());
    }

    static StoredState memberships(StoredState s, List<LogEntry> memberships) {
        return new StoredState(
                s.identity(),
                s.founding(),
                s.hardState(),
                s.base(),
                s.last(),
                s.termStarts(),
                memberships,
                s.snapshot());
    }

    static StoredState snapshot(StoredState s, Optional<SnapshotInfo> snapshot) {
        return new StoredState(
                s.identity(),
                s.founding(),
                s.hardState(),
                s.base(),
                s.last(),
                s.termStarts(),
                s.memberships(),
                snapshot);
    }

    static StoredState promised(StoredState s, LogPosition promised) {
        return new StoredState(
                s.identity(),
                s.founding(),
                s.hardState(),
                s.base(),
                s.last(),
                s.termStarts(),
                s.memberships(),
                s.snapshot(),
                promised);
    }
}
