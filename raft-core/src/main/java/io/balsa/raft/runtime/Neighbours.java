package io.balsa.raft.runtime;

import io.balsa.raft.cluster.RaftRole;
import io.balsa.raft.core.RaftCore;
import io.balsa.raft.message.ForwardedFailure;
import io.balsa.raft.message.ForwardedProposal;
import io.balsa.raft.message.ForwardedResult;
import io.balsa.raft.message.HashAnswer;
import io.balsa.raft.message.HashQuestion;
import io.balsa.raft.message.HashReport;
import io.balsa.raft.message.NodeMessage;
import io.balsa.raft.message.StateDiverged;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What other nodes say beside Raft, brought to whom it concerns. What comes from a server that is no member is dropped. Used
 * by the consensus agent.
 */
final class Neighbours implements NodeMessage.Handler {

    private final RaftCore core;
    private final ForwardedIntake intake;
    private final Optional<Forwarder> forwarder;
    private final DivergenceWatch divergence;

    /** Without a forwarder, nothing is passed on. */
    Neighbours(RaftCore core, ForwardedIntake intake, Optional<Forwarder> forwarder, DivergenceWatch divergence) {
        this.core = core;
        this.intake = intake;
        this.forwarder = forwarder;
        this.divergence = divergence;
    }

    void receive(NodeMessage message) {
        // A leader may be a member that this server's log does not have yet.
        boolean known = core.membership().contains(message.from())
                || core.leader().filter(message.from()::equals).isPresent();
        if (known && message.to().equals(core.self())) {
            message.dispatch(this);
        }
    }

    @Override
    public void onForwardedProposal(ForwardedProposal request) {
        intake.receive(request, core, divergence.isInQuarantine());
    }

    @Override
    public void onForwardedResult(ForwardedResult answer) {
        forwarder.ifPresent(asker -> asker.onResult(answer));
    }

    @Override
    public void onForwardedFailure(ForwardedFailure answer) {
        forwarder.ifPresent(asker -> asker.onFailure(answer));
    }

    @Override
    public void onHashReport(HashReport report) {
        divergence.onReport(report);
    }

    @Override
    public void onHashQuestion(HashQuestion question) {
        divergence.onQuestion(question);
    }

    @Override
    public void onHashAnswer(HashAnswer answer) {
        divergence.onAnswer(answer);
    }

    @Override
    public void onStateDiverged(StateDiverged verdict) {
        divergence.onVerdict(verdict);
    }

    /**
     * What the core is to be given: these proposals of our own users, unless they are passed on to the leader, and those that
     * others have passed on to us. What was passed on is never passed on again.
     */
    List<Proposal> route(List<Proposal> own, long nowNanos) {
        List<Proposal> here = new ArrayList<>(intake.takeAll(core));
        boolean elsewhere = forwarder.isPresent()
                && core.role() != RaftRole.LEADER
                && core.leader().isPresent();
        if (!elsewhere) {
            here.addAll(own);
        } else if (!own.isEmpty()) {
            forwarder.get().look(core, nowNanos); // what waits for the last leader must not seem to wait for this one
            forwarder.get().forward(own, core.leader().get(), core.currentTerm(), nowNanos);
        }
        return here;
    }

    /** After everything else in a duty cycle: says what there is to say, and gives up what it waits for in vain. */
    void look(long nowNanos, Sender sender) {
        forwarder.ifPresent(asker -> asker.look(core, nowNanos));
        divergence.look(nowNanos);
        if (intake.sendAnswers()) {
            sender.flush();
        }
    }

    boolean hasWork() {
        return intake.hasAnswers() || divergence.hasWork();
    }

    long earlierDeadline(long deadlineNanos) {
        return forwarder.map(asker -> asker.earlierDeadline(deadlineNanos)).orElse(deadlineNanos);
    }

    /** The node stops. */
    void stop() {
        forwarder.ifPresent(asker -> asker.failAll("the node stopped before it learned what became of the command"));
    }
}
