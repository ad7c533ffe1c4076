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
 *
 * <p>If its disk was damaged, it may find less: the beginning of the log, or nothing but a snapshot, as long as it knows up to
 * where it once had it.
 */
final class StartRules {

    private final ServerView view;
    private final CommittedLog canon;
    private final KnownEntries known;
    private final HardState state;
    private final LogPosition base;
    private final Optional<SnapshotInfo> snapshot;
    private final long storeId;
    private final LogPosition promised;
    private final LogMirror found;

    StartRules(ServerView view, CommittedLog canon, KnownEntries known, StoredState stored, List<EntryRun> runs) {
        this.view = view;
        this.canon = canon;
        this.known = known;
        state = stored.hardState();
        base = stored.base();
        snapshot = stored.snapshot();
        storeId = stored.identity().storeId();
        promised = stored.promised();
        requireCommitted();
        MembershipRows.Row founding = new MembershipRows.Row(0, stored.founding());
        found = new LogMirror(canon, founding);
        found.beginAfter(base.index(), snapshot.map(MembershipRows.Row::of).orElse(founding));
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
        view.promised = promised;
        view.state = state;
        view.term = state.currentTerm();
        view.log.copyFrom(found);
        view.commitIndex = covered();
        view.isDamaged = false;
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
        if (covered() < before && !view.isDamaged) {
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
                    "D4",
                    view.id + " has lost entries that it had acknowledged; it is back with " + found.last()
                            + " and promises " + promised);
        }
        throw new Violation(
                "D7",
                view.id + " had synced entries up to " + synced + " and is back with " + found.last()
                        + ", which is neither that nor what it wrote after that, nor what damage has left of it; it promises "
                        + promised);
    }

    /**
     * Whether the store finds this when it has held that log, of which damage may have left less; then the store speaks for what
     * it held, until it is whole again.
     */
    private boolean isWhatIsFound(LogMirror held) {
        StoreView store = view.store();
        if (view.isDamaged) {
            boolean isLeft = isWhatIsLeft(held);
            if (isLeft && isMending()) {
                store.damaged(promised, held);
            }
            return isLeft;
        }
        return promised.equals(store.promisedWith(found)) && isWhole(held);
    }

    private boolean isMending() {
        return !found.position().isAtLeastAsUpToDateAs(promised);
    }

    /**
     * The log as it was once: what stands in a file before the damage may have been replaced by what stood behind it. It was
     * this server's log all the same, and what a leader says replaces it once more.
     */
    private boolean isWhatIsLeft(LogMirror held) {
        boolean anew = found.last() == covered() && base.index() == covered();
        boolean beginning = known.has(found.last(), found.lastTerm(), found.hashAt(found.last()));
        return (anew || (beginning && (base.index() <= covered() || view.store().mayBeginAfter(base.index()))))
                && promised.isAtLeastAsUpToDateAs(held.position())
                && promised.isAtLeastAsUpToDateAs(view.store().promisedWith(found));
    }

    private boolean isWhole(LogMirror held) {
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
