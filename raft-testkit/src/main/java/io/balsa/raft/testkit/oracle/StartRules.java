package io.balsa.raft.testkit.oracle;

import io.balsa.raft.storage.EntryRun;
import io.balsa.raft.storage.HardState;
import io.balsa.raft.storage.LogPosition;
import io.balsa.raft.storage.SnapshotInfo;
import io.balsa.raft.storage.StoredState;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a server may find on its disk when it comes back: what was durable, and after it the beginning of what was being
 * written, in that order; and if the newest snapshot is not of that log, nothing but the snapshot. Nothing else was ever
 * there. A store that was just made holds nothing, or a snapshot that it was made from.
 */
final class StartRules {

    private final ServerView view;
    private final CommittedLog canon;
    private final HardState state;
    private final LogPosition base;
    private final Optional<SnapshotInfo> snapshot;
    private final long storeId;
    private final LogMirror found;

    StartRules(ServerView view, CommittedLog canon, StoredState stored, List<EntryRun> runs) {
        this.view = view;
        this.canon = canon;
        state = stored.hardState();
        base = stored.base();
        snapshot = stored.snapshot();
        storeId = stored.identity().storeId();
        requireCommitted();
        MembershipRows.Row known = new MembershipRows.Row(0, stored.founding());
        found = new LogMirror(canon, known);
        found.beginAfter(base.index(), snapshot.map(MembershipRows.Row::of).orElse(known));
        for (EntryRun run : runs) {
            found.append(run, EntryHashes.of(run));
        }
    }

    private void requireCommitted() {
        snapshot.ifPresent(info -> canon.requireSnapshot(info, "the snapshot that " + view.id + " has found"));
        if (base.index() > covered() || base.term() != canon.termAt(base.index())) {
            throw new Violation(
                    "D6",
                    view.id + " has found a log that begins after " + base + ", and no snapshot of what was before");
        }
    }

    private long covered() {
        return snapshot.map(SnapshotInfo::index).orElse(0L);
    }

    /** Checks it, and lets the server begin with it. */
    void start() {
        view.end();
        if (!view.hasLived || view.store().id != storeId) {
            checkNew();
            view.beginStore(storeId);
        } else {
            checkState();
            checkSnapshot();
            checkLog();
        }
        if (found.lastTerm() > state.currentTerm() && found.last() > covered()) {
            throw new Violation("D6", view.id + " is back in " + state + " with an entry of term " + found.lastTerm());
        }
        if (!found.hasCommitted(covered())) {
            throw new Violation("D6", view.id + " is back with a log that is not that of " + snapshot);
        }
        view.writes.clear();
        view.store().reopened(state, found, snapshot);
        view.state = state;
        view.term = state.currentTerm();
        view.log.copyFrom(found);
        view.commitIndex = covered();
        view.hasLostSnapshots = false;
        view.snapshots.begin(base.index());
        view.mayCampaign = view.hasVote();
        view.isUp = true;
        view.hasLived = true;
    }

    private void checkNew() {
        boolean isNew = found.last() == covered() && state.votedFor().isEmpty();
        if (view.hasLived && !isNew) {
            throw new Violation(
                    "D7", view.id + " is back with a new store, in " + state + " with " + found.last() + " entries");
        }
    }

    private void checkState() {
        HardState before = view.store().state();
        if (state.currentTerm() < before.currentTerm()) {
            throw new Violation("D1", view.id + " forgot term " + before.currentTerm() + " and is back in " + state);
        }
        boolean sameTerm = state.currentTerm() == before.currentTerm();
        if (sameTerm && before.votedFor().isPresent() && !state.votedFor().equals(before.votedFor())) {
            throw new Violation("D2", view.id + " had " + before + " on its disk and is back in " + state);
        }
        boolean known = state.equals(before) || isOfSnapshot();
        for (ServerView.Write write : view.writes) {
            known |= write.hardState().isPresent() && write.hardState().get().equals(state);
        }
        if (!known) {
            throw new Violation("D7", view.id + " is back in " + state + ", which it never wrote");
        }
    }

    /** A store that drops its log for a snapshot of a later term than it knew is in that term. */
    private boolean isOfSnapshot() {
        return snapshot.isPresent()
                && state.currentTerm() == snapshot.get().last().term()
                && state.votedFor().isEmpty();
    }

    private void checkSnapshot() {
        long before = view.store().covered();
        if (covered() < before && !view.hasLostSnapshots) {
            throw new Violation("D1", view.id + " had a snapshot of " + before + " and is back with " + snapshot);
        }
    }

    private void checkLog() {
        StoreView store = view.store();
        long synced = store.log.last();
        boolean acknowledgedIsThere = store.hasAcknowledged(found);
        if (isWhatIsFound(store.log)) {
            return;
        }
        List<ServerView.Write> writes = new ArrayList<>(view.writes);
        for (ServerView.Write write : writes) {
            if (write.install().isPresent()) {
                store.install(write.install().get());
                if (isWhatIsFound(store.log)) {
                    return;
                }
            }
            for (int i = 0; i < write.runs().size(); i++) {
                store.hold(write.runs().get(i), write.hashes().get(i));
                if (isWhatIsFound(store.log)) {
                    return;
                }
            }
        }
        if (!acknowledgedIsThere) {
            throw new Violation(
                    "D4", view.id + " has lost entries that it had acknowledged; it is back with " + found.last());
        }
        throw new Violation(
                "D7",
                view.id + " had synced entries up to " + synced + " and is back with " + found.last()
                        + ", which is neither that nor what it wrote after that");
    }

    /** Whether the store finds this when it has held that log. */
    private boolean isWhatIsFound(LogMirror held) {
        if (!held.hasCommitted(covered())) {
            return found.last() == covered() && base.index() == covered();
        }
        if (!held.isSameAs(found)) {
            return false;
        }
        if (!view.store().mayBeginAfter(base.index())) {
            throw new Violation(
                    "D7", view.id + " is back with a log that begins after " + base + ", which nobody had let go of");
        }
        return true;
    }
}
