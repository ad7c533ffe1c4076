package io.balsa.raft.testkit.oracle;

import io.balsa.raft.cluster.RaftRole;
import io.balsa.raft.core.Input;
import io.balsa.raft.core.Notice;
import io.balsa.raft.core.Ready;
import io.balsa.raft.message.Message;
import io.balsa.raft.message.TimeoutNow;
import io.balsa.raft.storage.EntryKind;
import io.balsa.raft.storage.EntryRun;
import java.util.Set;
import java.util.TreeSet;

/**
 * How a leader hands over (section 3.10): it takes no commands meanwhile (L2), it asks a voter that has all of its log (L4),
 * and from then on it has no lease in this term (R3).
 */
final class TransferRules {

    private final ServerView view;
    private final Set<Long> wanted = new TreeSet<>();
    private boolean underWay; // since before the last Ready
    private long handedOverTerm; // the last term in which it has asked another to lead
    private long mustHave; // what whoever is asked must have

    TransferRules(ServerView view) {
        this.view = view;
    }

    void clear() {
        wanted.clear();
        underWay = false;
        handedOverTerm = 0;
    }

    /** Whether it waits for the end of a transfer. */
    boolean isUnderWay() {
        return underWay;
    }

    /** Whether it has asked another to lead, in this term. */
    boolean hasHandedOver(long term) {
        return handedOverTerm == term;
    }

    void onStep(Input input) {
        if (input instanceof Input.TransferRequested request) {
            wanted.add(request.request());
        }
    }

    /** The core wants this done; its entries are in the log, which ended here before. */
    void onReady(Ready ready, boolean stillLeads, long lastBefore) {
        boolean ended = false;
        boolean leased = false;
        for (Notice notice : ready.notices()) {
            if (notice instanceof Notice.ChangeRefused refused) {
                ended |= wanted.remove(refused.request());
            } else if (notice instanceof Notice.TransferDone done) {
                ended |= wanted.remove(done.request());
            } else {
                leased |= notice instanceof Notice.LeaseReady;
            }
        }
        if (underWay && stillLeads && !ended) {
            requireNoCommands(ready);
        }
        if (leased && hasHandedOver(ready.term())) {
            throw new Violation("R3", view.id + " has a lease after it has asked another to lead term " + ready.term());
        }
        if (ready.role() != RaftRole.LEADER) {
            wanted.clear();
        }
        underWay = !wanted.isEmpty();
        for (Message message : ready.messages()) {
            if (message instanceof TimeoutNow request) {
                handedOverTerm = request.term();
                mustHave = endOfCommands(request.term(), lastBefore);
            }
        }
    }

    private void requireNoCommands(Ready ready) {
        for (EntryRun run : ready.entries()) {
            if (run.kind() == EntryKind.COMMAND) {
                throw new Violation("L2", view.id + " hands over and goes on taking commands, " + run);
            }
        }
    }

    /** What may have been appended after the other one was asked: the end of a joint phase, or what a later leader says. */
    private long endOfCommands(long term, long lastBefore) {
        long index = view.log.last();
        while (index > lastBefore
                && (view.log.memberships().asOf(index).index() == index || view.log.termAt(index) > term)) {
            index--;
        }
        return index;
    }

    /** It is about to ask another server to lead. */
    void onSent(TimeoutNow request, ServerView target) {
        Electorate electorate = view.electorate();
        boolean isFit = electorate.membership().voters().contains(target.id)
                && (electorate.seatOf(target).holds(mustHave, view.log.hashAt(mustHave))
                        || target.store().term() > request.term());
        if (!isFit) {
            throw new Violation("L4", request + ", who has no vote, or not everything up to " + mustHave);
        }
    }
}
