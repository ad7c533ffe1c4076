package io.balsa.raft.runtime;

import io.balsa.raft.Applied;
import io.balsa.raft.RaftException;
import io.balsa.raft.message.ForwardedProposal;

/** A proposal that a follower has passed on to this server: the answer goes to the follower. */
final class ForwardedCommand extends Proposal {

    /** Whom the answer is given to; called on the apply agent's thread. */
    interface Answerer {

        /** It was applied. */
        void applied(ForwardedProposal request, Applied applied);

        /** It was not, or nobody here knows. */
        void failed(ForwardedProposal request, RaftException failure);
    }

    private final ForwardedProposal request;
    private final Answerer answerer;

    ForwardedCommand(ForwardedProposal request, Answerer answerer) {
        super(request.kind(), request.command());
        this.request = request;
        this.answerer = answerer;
    }

    ForwardedProposal request() {
        return request;
    }

    /** Not where users want their futures completed: this is none of theirs. */
    @Override
    void complete(Applied applied, Completer completer) {
        answerer.applied(request, applied);
    }

    @Override
    void fail(RaftException failure, Completer completer) {
        answerer.failed(request, failure);
    }
}
