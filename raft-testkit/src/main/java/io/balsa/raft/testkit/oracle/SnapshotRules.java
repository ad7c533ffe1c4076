package io.balsa.raft.testkit.oracle;

import io.balsa.raft.core.Input;
import io.balsa.raft.core.Ready;
import io.balsa.raft.storage.SnapshotInfo;
import java.util.Optional;

/**
 * How a server may take, get, install and restore snapshots, and let go of entries for them (chapter 5): a snapshot is of what
 * is committed and was applied, it never takes the place of something newer, and no entry goes before a durable snapshot
 * covers it.
 */
final class SnapshotRules {

    private final ServerView view;
    private final CommittedLog canon;
    private Optional<Long> captured = Optional.empty(); // what was applied when the state machine was captured last
    private long told; // the core has been told of snapshots up to here
    private long baseIndex;

    SnapshotRules(ServerView view, CommittedLog canon) {
        this.view = view;
        this.canon = canon;
    }

    /** The server starts with a log that begins after this. */
    void begin(long base) {
        baseIndex = base;
        told = view.store().covered();
        captured = Optional.empty();
    }

    /** The state machine is captured as it is now. */
    void onCaptured() {
        captured = Optional.of(view.applied);
    }

    /** Its own snapshot is durable. The label must be what the state machine had applied when it was captured (S5). */
    void onTaken(SnapshotInfo snapshot) {
        canon.requireSnapshot(snapshot, "a snapshot that " + view.id + " has taken");
        long of = captured.orElse(-1L);
        boolean isOfCaptured = of >= 0
                && snapshot.index() <= view.commitIndex
                && canon.lastCommandUpTo(Math.max(of, snapshot.index())) <= Math.min(of, snapshot.index());
        if (!isOfCaptured) {
            throw new Violation(
                    "S5",
                    view.id + " has taken a " + snapshot + " when it had applied " + of + " of " + view.commitIndex);
        }
        view.store().publish(snapshot);
    }

    /** A leader's snapshot is durable. */
    void onReceived(SnapshotInfo snapshot) {
        canon.requireSnapshot(snapshot, "a snapshot that " + view.id + " was sent");
        view.store().publish(snapshot);
    }

    /** The state machine is what the snapshot says (S5); it never goes back (D1). */
    void onRestored(SnapshotInfo snapshot) {
        canon.requireSnapshot(snapshot, "a snapshot from which " + view.id + " is restored");
        if (snapshot.index() > view.store().covered() || snapshot.index() > view.commitIndex) {
            throw new Violation(
                    "S5",
                    view.id + " is restored from a " + snapshot + ", but on its disk is "
                            + view.store().snapshot() + ", and committed " + view.commitIndex);
        }
        if (snapshot.index() <= view.applied) {
            throw new Violation("D1", view.id + " has applied " + view.applied + " and goes back to a " + snapshot);
        }
        view.applied = snapshot.index();
    }

    void onStep(Input input) {
        if (input instanceof Input.SnapshotTaken taken) {
            tell(taken.snapshot());
        } else if (input instanceof Input.SnapshotReceived received) {
            tell(received.snapshot());
        }
    }

    private void tell(SnapshotInfo snapshot) {
        if (snapshot.index() > view.store().covered()) {
            throw new Violation("D3", view.id + " counts on a " + snapshot + ", which is not on its disk");
        }
        told = Math.max(told, snapshot.index());
    }

    /** A snapshot takes the place of the log up to its end, or of all of it, before the entries of the same Ready. */
    void install(Ready ready, boolean stillLeads) {
        if (ready.snapshots().install().isEmpty()) {
            return;
        }
        SnapshotInfo snapshot = ready.snapshots().install().get();
        if (snapshot.index() > view.store().covered()) {
            throw new Violation("D3", view.id + " installs a " + snapshot + ", which is not on its disk");
        }
        if (snapshot.index() <= Math.max(view.commitIndex, view.applied)) {
            throw new Violation(
                    "D5", view.id + " installs a " + snapshot + " where " + view.commitIndex + " is committed");
        }
        if (stillLeads) {
            throw new Violation("S2", view.id + " leads and replaces its log by a " + snapshot);
        }
        if (!view.log.hasCommitted(snapshot.index())) {
            view.log.beginAfter(snapshot.index(), MembershipRows.Row.of(snapshot));
        }
    }

    /** What goes is covered (D6), and what went does not come back (D1). */
    void onReady(Ready ready, long base) {
        long covered = view.store().covered();
        long dropped = ready.snapshots().compactTo();
        if (dropped > covered || base > covered || dropped > ready.commitIndex() || told > ready.commitIndex()) {
            throw new Violation(
                    "D6",
                    view.id + " drops entries up to " + dropped + ", so that its log begins after " + base
                            + "; its snapshot is of " + covered + ", committed is " + ready.commitIndex());
        }
        if (base < baseIndex) {
            throw new Violation("D1", view.id + " has dropped entries up to " + baseIndex + " and has them again");
        }
        baseIndex = base;
        view.store().mayDrop(dropped);
    }
}
