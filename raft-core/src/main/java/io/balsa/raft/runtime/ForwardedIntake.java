package io.balsa.raft.runtime;

import io.balsa.raft.Applied;
import io.balsa.raft.NotLeaderException;
import io.balsa.raft.ProposalRefusedException;
import io.balsa.raft.RaftException;
import io.balsa.raft.cluster.Member;
import io.balsa.raft.cluster.NodeId;
import io.balsa.raft.cluster.RaftRole;
import io.balsa.raft.core.RaftCore;
import io.balsa.raft.message.ForwardedFailure;
import io.balsa.raft.message.ForwardedFailure.Reason;
import io.balsa.raft.message.ForwardedProposal;
import io.balsa.raft.message.ForwardedResult;
import io.balsa.raft.message.NodeMessage;
import io.balsa.raft.storage.LogPosition;
import io.balsa.raft.transport.Frame;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Takes what followers pass on, as the leader of the term in which they passed it on, and answers them. A proposal is
 * appended once at most: by this server because it remembers, for as long as it leads, which have come
 * ({@link SeenForwards}); by the leader of another term never. It says "refused" only of what it knows it has not appended
 * and never will. Used by the consensus agent, except where it says otherwise.
 */
final class ForwardedIntake implements ForwardedCommand.Answerer {

    /** What the answer has besides the result, and some more. */
    private static final int OVERHEAD_BYTES = 1 << 10;

    private final NodeId self;
    private final int maxCommandBytes;
    private final ByteBudget pendingBytes;
    private final Sender sender;
    private final Runnable wake;
    private final Inbox<NodeMessage> answers = new Inbox<>();
    private List<ForwardedCommand> taken = new ArrayList<>();
    private SeenForwards seen = new SeenForwards();
    private long seenTerm; // the last in which something was passed on to this server as the leader; 0 if none
    private volatile long term;

    /**
     * At first it leads nothing.
     *
     * @param wake lets the consensus agent work
     */
    ForwardedIntake(NodeId self, int maxCommandBytes, ByteBudget pendingBytes, Sender sender, Runnable wake) {
        this.self = self;
        this.maxCommandBytes = maxCommandBytes;
        this.pendingBytes = pendingBytes;
        this.sender = sender;
        this.wake = wake;
    }

    /** @param quarantined whether this server could not tell results, and so gives up its leadership anyway */
    void receive(ForwardedProposal request, RaftCore core, boolean quarantined) {
        term = core.currentTerm();
        boolean leads = core.role() == RaftRole.LEADER;
        if (leads && request.term() == term && seenTerm != term) {
            seen = new SeenForwards(); // of an earlier term nothing will be taken any more
            seenTerm = term;
        }
        if (request.term() > term || request.from().equals(self)) {
            return; // nobody who leads a term has not heard of it
        }
        if (request.term() != seenTerm) {
            // What it led and took before it was restarted, with or without its disk, it does not know; so it must know
            // who did.
            boolean ledByAnother = request.term() == term
                    && core.leader().isPresent()
                    && !core.leader().equals(Optional.of(self));
            fail(request, ledByAnother ? Reason.NOT_LEADER : Reason.UNKNOWN, core.leader());
            return;
        }
        switch (seen.add(request.from(), request.id())) {
            case SEEN -> {} // it is answered, or will be
            case NO_ROOM -> fail(request, Reason.OVERLOADED, Optional.empty());
            case NEW -> {
                if (leads && request.term() == term && quarantined) {
                    fail(request, Reason.TRANSFER_IN_PROGRESS, Optional.empty());
                } else if (leads && request.term() == term) {
                    take(request);
                } else {
                    fail(request, Reason.NOT_LEADER, core.leader());
                }
            }
        }
    }

    private void take(ForwardedProposal request) {
        int length;
        try {
            length = Proposal.commandBytes(request.kind(), request.command());
        } catch (IllegalArgumentException e) {
            return; // not what any server passes on
        }
        ForwardedCommand command = new ForwardedCommand(request, this);
        if (length > maxCommandBytes) {
            fail(request, Reason.TOO_LARGE, Optional.empty());
        } else if (!pendingBytes.tryTake(command.sizeBytes())) {
            fail(request, Reason.OVERLOADED, Optional.empty());
        } else {
            taken.add(command);
        }
    }

    /** What was taken since this was last asked, and may be appended now. */
    List<ForwardedCommand> takeAll(RaftCore core) {
        if (taken.isEmpty()) {
            return List.of();
        }
        List<ForwardedCommand> all = taken;
        taken = new ArrayList<>();
        if (core.role() == RaftRole.LEADER && core.currentTerm() == seenTerm) {
            return all;
        }
        for (ForwardedCommand command : all) { // deposed since
            pendingBytes.giveBack(command.sizeBytes());
            fail(command.request(), Reason.NOT_LEADER, core.leader());
        }
        return List.of();
    }

    // --- answers ---

    /** Called on the apply agent's thread. */
    @Override
    public void applied(ForwardedProposal request, Applied applied) {
        byte[] result = applied.result();
        if (result.length > Frame.MAX_BYTES - OVERHEAD_BYTES) {
            fail(request, Reason.UNKNOWN, Optional.empty()); // no transport takes it
            return;
        }
        answer(new ForwardedResult(
                term, self, request.from(), request.id(), new LogPosition(applied.index(), applied.term()), result));
    }

    /** Called on the apply agent's thread. */
    @Override
    public void failed(ForwardedProposal request, RaftException failure) {
        if (failure instanceof NotLeaderException notLeader) {
            fail(request, Reason.NOT_LEADER, notLeader.leader().map(Member::id));
        } else if (failure instanceof ProposalRefusedException refused) {
            fail(request, reasonOf(refused), Optional.empty());
        } else {
            fail(request, Reason.UNKNOWN, Optional.empty());
        }
    }

    private static Reason reasonOf(ProposalRefusedException refused) {
        return switch (refused.reason()) {
            case TRANSFER_IN_PROGRESS -> Reason.TRANSFER_IN_PROGRESS;
            case DISK_FULL -> Reason.DISK_FULL;
            default -> Reason.OVERLOADED;
        };
    }

    private void fail(ForwardedProposal request, Reason reason, Optional<NodeId> leader) {
        answer(new ForwardedFailure(term, self, request.from(), request.id(), reason, leader));
    }

    private void answer(NodeMessage answer) {
        answers.put(answer);
        wake.run();
    }

    boolean hasAnswers() {
        return !answers.isEmpty();
    }

    /** Sends what was answered; whether there was anything, so that it is flushed. */
    boolean sendAnswers() {
        List<NodeMessage> batch = answers.takeAll();
        batch.forEach(sender::send);
        return !batch.isEmpty();
    }
}
