package io.balsa.raft.testkit.oracle;

import io.balsa.raft.storage.EntryRun;
import io.balsa.raft.storage.HardState;
import java.util.ArrayList;
import java.util.List;

/**
 * What a server may find on its disk when it comes back: what was durable, and after it the beginning of what was being
 * written, in that order. Nothing else was ever there.
 */
final class StartRules {

    private final ServerView view;
    private final HardState state;
    private final LogMirror found = new LogMirror();

    StartRules(ServerView view, HardState state, List<EntryRun> runs) {
        this.view = view;
        this.state = state;
        for (EntryRun run : runs) {
            found.append(run, EntryHashes.of(run));
        }
    }

    /** Checks it, and lets the server begin with it. */
    void start() {
        view.end();
        if (view.hasLived) {
            checkState();
            checkLog();
        }
        if (found.lastTerm() > state.currentTerm()) {
            throw new Violation("D6", view.id + " is back in " + state + " with an entry of term " + found.lastTerm());
        }
        view.writes.clear();
        view.hold(state);
        view.state = state;
        view.term = state.currentTerm();
        view.durable.copyFrom(found);
        view.log.copyFrom(found);
        view.isUp = true;
        view.hasLived = true;
    }

    private void checkState() {
        HardState before = view.durableState;
        if (state.currentTerm() < before.currentTerm()) {
            throw new Violation("D1", view.id + " forgot term " + before.currentTerm() + " and is back in " + state);
        }
        boolean sameTerm = state.currentTerm() == before.currentTerm();
        if (sameTerm && before.votedFor().isPresent() && !state.votedFor().equals(before.votedFor())) {
            throw new Violation("D2", view.id + " had " + before + " on its disk and is back in " + state);
        }
        boolean known = state.equals(before);
        for (ServerView.Write write : view.writes) {
            known |= write.hardState().isPresent() && write.hardState().get().equals(state);
        }
        if (!known) {
            throw new Violation("D7", view.id + " is back in " + state + ", which it never wrote");
        }
    }

    private void checkLog() {
        LogMirror disk = view.durable;
        long synced = disk.last();
        boolean acknowledgedIsThere = view.hasAcknowledged(found);
        if (disk.isSameAs(found)) {
            return;
        }
        List<ServerView.Write> writes = new ArrayList<>(view.writes);
        for (ServerView.Write write : writes) {
            for (int i = 0; i < write.runs().size(); i++) {
                view.hold(write.runs().get(i), write.hashes().get(i));
                if (disk.isSameAs(found)) {
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
}
