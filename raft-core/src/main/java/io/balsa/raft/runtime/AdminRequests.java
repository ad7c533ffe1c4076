package io.balsa.raft.runtime;

import io.balsa.raft.ChangeRefusedException;
import io.balsa.raft.NodeStoppedException;
import io.balsa.raft.OutcomeUnknownException;
import io.balsa.raft.RaftException;
import io.balsa.raft.cluster.ChangeRefusal;
import io.balsa.raft.cluster.Membership;
import io.balsa.raft.core.Input;
import io.balsa.raft.core.Notice;
import java.util.List;
import java.util.SortedMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Consumer;

/**
 * What operators have asked of the core, and which answer each gets. Used by the consensus agent; the answers are given on
 * the apply agent's thread. The core refuses what comes while another one is under way, so few wait at a time.
 */
final class AdminRequests extends QuietNotices {

    private final Peers peers;
    private final ApplyAgent apply;
    private final Completer completer;
    private final SortedMap<Long, AdminRequest> waiting = new ConcurrentSkipListMap<>();
    private long lastRequest;

    AdminRequests(Peers peers, ApplyAgent apply, Completer completer) {
        this.peers = peers;
        this.apply = apply;
        this.completer = completer;
    }

    /** What the core is about to be told. */
    Input ask(AdminRequest request, Membership inEffect) {
        waiting.put(++lastRequest, request);
        return request.toInput(lastRequest, inEffect);
    }

    @Override
    public void onChangeDone(Notice.ChangeDone notice) {
        answer(notice.request(), request -> {
            if (request instanceof AdminRequest.Change change) {
                completer.complete(change.future(), notice.membership());
            }
        });
    }

    @Override
    public void onTransferDone(Notice.TransferDone notice) {
        answer(notice.request(), request -> {
            if (request instanceof AdminRequest.Transfer transfer) {
                completer.complete(transfer.future(), notice.leader());
            }
        });
    }

    @Override
    public void onChangeRefused(Notice.ChangeRefused notice) {
        RaftException failure = notice.reason() == ChangeRefusal.NOT_LEADER
                ? peers.notLeader()
                : new ChangeRefusedException(notice.reason());
        fail(notice.request(), failure);
    }

    @Override
    public void onChangeUnknown(Notice.ChangeUnknown notice) {
        fail(
                notice.request(),
                new OutcomeUnknownException(
                        "the node lost its leadership before it learned what became of the membership"));
    }

    private void fail(long request, RaftException failure) {
        answer(request, asked -> completer.fail(asked.future(), failure));
    }

    private void answer(long request, Consumer<AdminRequest> answer) {
        AdminRequest asked = waiting.remove(request);
        if (asked != null) {
            apply.answer(() -> answer.accept(asked));
        }
    }

    /** The consensus agent has stopped. What was begun may be finished by others. */
    void failAll() {
        for (long request : List.copyOf(waiting.keySet())) {
            fail(request, new OutcomeUnknownException("the node stopped before it learned what came of the request"));
        }
    }

    /** Requests that the core was never told of. */
    void failUnseen(List<AdminRequest> unseen) {
        for (AdminRequest request : unseen) {
            apply.answer(() -> completer.fail(request.future(), new NodeStoppedException("the node has stopped")));
        }
    }
}
