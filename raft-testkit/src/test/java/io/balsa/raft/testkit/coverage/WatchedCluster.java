package io.balsa.raft.testkit.coverage;

import io.balsa.raft.RaftConfig;
import io.balsa.raft.cluster.Member;
import io.balsa.raft.cluster.Membership;
import io.balsa.raft.cluster.NodeId;
import io.balsa.raft.cluster.NodeIdentity;
import io.balsa.raft.cluster.RaftRole;
import io.balsa.raft.core.CoreSettings;
import io.balsa.raft.core.Input;
import io.balsa.raft.core.Notice;
import io.balsa.raft.core.RaftCore;
import io.balsa.raft.core.Ready;
import io.balsa.raft.core.SnapshotWork;
import io.balsa.raft.message.Message;
import io.balsa.raft.storage.EntryKind;
import io.balsa.raft.storage.EntryRun;
import io.balsa.raft.storage.HardState;
import io.balsa.raft.storage.LogPosition;
import io.balsa.raft.storage.SnapshotInfo;
import io.balsa.raft.storage.StoredState;
import io.balsa.raft.testkit.Draws;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;

/** Servers 1 to 5, of which a watch is told what a test says, and now and then a real core. */
final class WatchedCluster {

    static final long TIMEOUT = 1_000_000_000L;

    final CoverageWatch watch;
    final Membership membership;
    private final long[] numbers = new long[8];

    WatchedCluster() {
        membership = Membership.ofVoters(LongStream.rangeClosed(1, 5)
                .mapToObj(id -> Member.of(id, "watched:" + id))
                .toList());
        watch = new CoverageWatch(membership, RaftConfig.defaults(), numbers.length - 1);
        for (NodeId id : membership.members().keySet()) {
            starts(id.value(), HardState.INITIAL);
        }
    }

    /** A server starts and finds this. */
    void starts(long id, HardState state, EntryRun... found) {
        LogPosition last = found.length == 0 ? LogPosition.ZERO : found[found.length - 1].lastPosition();
        starts(id, state, LogPosition.ZERO, last, Optional.empty(), found);
    }

    /** A server starts and finds a snapshot, and this after it. */
    void startsAfter(long id, SnapshotInfo snapshot, HardState state, EntryRun... found) {
        LogPosition last = found.length == 0 ? snapshot.last() : found[found.length - 1].lastPosition();
        starts(id, state, snapshot.last(), last, Optional.of(snapshot), found);
    }

    private void starts(
            long id,
            HardState state,
            LogPosition base,
            LogPosition last,
            Optional<SnapshotInfo> snapshot,
            EntryRun... found) {
        NodeIdentity identity = new NodeIdentity("watched", NodeId.of(id), id);
        watch.onStart(
                NodeId.of(id),
                new StoredState(identity, membership, state, base, last, List.of(), List.of(), snapshot),
                List.of(found));
    }

    long count(Counter counter) {
        return watch.coverage().of(counter);
    }

    static EntryRun entries(long from, long to, long term) {
        return EntryRun.of(
                from,
                term,
                EntryKind.COMMAND,
                LongStream.rangeClosed(from, to).mapToObj(index -> new byte[4]).toList());
    }

    /** A Ready of a server, with this in it and nothing else. */
    final class Want {

        private final NodeId id;
        private final RaftRole role;
        private final long term;
        private final List<Notice> notices = new ArrayList<>();
        private final List<EntryRun> entries = new ArrayList<>();
        private final List<Message> messages = new ArrayList<>();
        private Optional<HardState> state = Optional.empty();
        private SnapshotWork snapshots = SnapshotWork.NONE;
        private long commitIndex;

        private Want(long id, RaftRole role, long term) {
            this.id = NodeId.of(id);
            this.role = role;
            this.term = term;
        }

        Want becomes() {
            notices.add(new Notice.RoleChanged(role, term, Optional.empty()));
            return this;
        }

        Want note(Notice notice) {
            notices.add(notice);
            return this;
        }

        Want append(EntryRun run) {
            entries.add(run);
            return this;
        }

        Want commit(long index) {
            commitIndex = index;
            return this;
        }

        Want vote(long candidate) {
            state = Optional.of(new HardState(term, Optional.of(NodeId.of(candidate))));
            return this;
        }

        Want install(SnapshotInfo snapshot) {
            snapshots = new SnapshotWork(Optional.empty(), Optional.of(snapshot), 0);
            return this;
        }

        Want drop(long index) {
            snapshots = new SnapshotWork(Optional.empty(), Optional.empty(), index);
            return this;
        }

        Want say(Message message) {
            messages.add(message);
            return this;
        }

        void unsynced() {
            long number = ++numbers[(int) id.value()];
            watch.onReady(
                    id,
                    new Ready(
                            number,
                            messages,
                            state,
                            entries,
                            List.of(),
                            List.of(),
                            snapshots,
                            List.of(),
                            notices,
                            new Ready.Standing(role, term, Optional.empty(), commitIndex, 0)));
        }

        void synced() {
            unsynced();
            watch.onDurable(id, numbers[(int) id.value()]);
        }
    }

    Want want(long id, RaftRole role, long term) {
        return new Want(id, role, term);
    }

    /** A real core in this term, with so many entries of it; the watch sees what it is told and what it wants. */
    RaftCore core(long id, long term, long entries) {
        LogPosition last = entries == 0 ? LogPosition.ZERO : new LogPosition(entries, term);
        List<LogPosition> starts = entries == 0 ? List.of() : List.of(new LogPosition(1, term));
        NodeIdentity identity = new NodeIdentity("watched", NodeId.of(id), id);
        StoredState stored = new StoredState(
                identity, membership, new HardState(term, Optional.empty()), LogPosition.ZERO, last, starts, List.of());
        CoreSettings settings = new CoreSettings(TIMEOUT, TIMEOUT / 10, true, true, 1024, 16, 4096, 1 << 16, 1 << 16);
        return new RaftCore(NodeId.of(id), settings, stored, new Draws(id), 0);
    }

    void step(RaftCore core, Input input) {
        watch.onStep(core.self(), core, input);
        core.step(input);
        if (core.hasReady()) {
            watch.onReady(core.self(), core.takeReady());
        }
    }
}
