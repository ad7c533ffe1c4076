package io.balsa.raft.testkit.world;

import io.balsa.raft.ChangeRefusedException;
import io.balsa.raft.Outcome;
import io.balsa.raft.OutcomeUnknownException;
import io.balsa.raft.ProposalRefusedException;
import io.balsa.raft.RaftException;
import io.balsa.raft.RaftNode;
import io.balsa.raft.cluster.ChangeRefusal;
import io.balsa.raft.cluster.Membership;
import io.balsa.raft.cluster.NodeId;
import io.balsa.raft.storage.SnapshotInfo;
import io.balsa.raft.testkit.oracle.Violation;
import io.balsa.raft.testkit.workload.Ledger;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Checks what an operator is told: every question to a node that stays alive is answered, in one of the library's words; what
 * was done is in the committed log, and what was refused is nowhere.
 */
final class Inquiries {

    /** What may be in the way of whatever is asked. */
    private static final Set<ChangeRefusal> IN_THE_WAY = EnumSet.of(
            ChangeRefusal.NOT_LEADER,
            ChangeRefusal.NOT_READY,
            ChangeRefusal.CHANGE_IN_PROGRESS,
            ChangeRefusal.TRANSFER_IN_PROGRESS,
            ChangeRefusal.MEMBERSHIP_HAS_CHANGED);

    private record Question(Request request, SimulatedServer server, RaftNode node) {

        boolean isDue() {
            return server.node().map(node::equals).orElse(false);
        }
    }

    private final World world;
    private final Roster roster;
    private final Consumer<ChangeRefusal> onRefused;
    private final List<Question> open = new ArrayList<>();
    private final List<Request> refused = new ArrayList<>();
    private Optional<Violation> violation = Optional.empty();

    /**
     * Nobody has asked yet.
     *
     * @param onRefused is told of each refusal
     */
    Inquiries(World world, Roster roster, Consumer<ChangeRefusal> onRefused) {
        this.onRefused = onRefused;
        this.world = world;
        this.roster = roster;
        roster.intended(this::targets);
    }

    /** What was found in an answer: a future would swallow what its callbacks throw. */
    Optional<Violation> violation() {
        return violation;
    }

    /** Whether one of these servers owes an answer, though its node is still the one that was asked. */
    boolean areWaitingFor(List<SimulatedServer> some) {
        open.removeIf(question -> !question.isDue());
        return open.stream().anyMatch(question -> some.contains(question.server));
    }

    /** The memberships that were asked for and may still come to be appended. */
    List<Membership> targets() {
        List<Membership> targets = new ArrayList<>();
        for (Question question : open) {
            if (question.isDue()) {
                question.request.target().ifPresent(targets::add);
            }
        }
        return targets;
    }

    /**
     * Asks.
     *
     * @param then is told, when there is an answer, whether it is a good one
     */
    void ask(Request request, SimulatedServer server, RaftNode node, Consumer<Boolean> then) {
        Question question = new Question(request, server, node);
        open.add(question);
        long term = server.term();
        CompletableFuture<?> answer = request.ask().apply(node);
        var unused = answer.whenComplete((Object done, @Nullable Throwable failure) -> {
            try {
                open.remove(question);
                world.tell(
                        "operator",
                        () -> server + " answers to " + request.what() + ": "
                                + (failure == null ? "done, " + done : failure.getMessage()));
                then.accept(failure == null);
                if (failure != null) {
                    onFailed(request, failure);
                } else {
                    onDone(request, done, term);
                }
            } catch (Violation found) {
                keep(found);
            } catch (RuntimeException | AssertionError e) {
                keep(new Violation("A1", "an exception has escaped while an answer was looked at: " + e, e));
            }
        });
    }

    private void keep(Violation found) {
        violation = violation.isPresent() ? violation : Optional.of(found);
    }

    private void onFailed(Request request, Throwable failure) {
        Optional<RaftException> answer = Ledger.raftException(failure);
        if (answer.isEmpty()) {
            throw new Violation("A1", "an operator was told of an exception that is no answer: " + failure, failure);
        }
        if (answer.get().outcome() == Outcome.UNKNOWN) {
            require(request.isLegal() || !(answer.get() instanceof OutcomeUnknownException), request, failure);
            return;
        }
        if (answer.get() instanceof ChangeRefusedException refusal) {
            onRefused.accept(refusal.reason());
            boolean expected = request.refusals().isEmpty()
                    || IN_THE_WAY.contains(refusal.reason())
                    || request.refusals().contains(refusal.reason());
            require(expected, request, failure);
            if (refusal.reason() == ChangeRefusal.CATCH_UP_TIMED_OUT) {
                return; // it stays a learner
            }
        } else if (answer.get() instanceof ProposalRefusedException) {
            require(!request.isLegal(), request, failure);
        }
        refused.add(request);
    }

    private static void require(boolean holds, Request request, Throwable failure) {
        if (!holds) {
            throw new Violation(
                    "A1", "an operator asked to " + request.what() + " and was told: " + failure.getMessage());
        }
    }

    private void onDone(Request request, Object done, long term) {
        if (!request.isLegal()) {
            throw new Violation(
                    "A1", "an operator asked to " + request.what() + ", which must be refused, and got " + done);
        }
        if (done instanceof Membership membership) {
            if (!roster.wasCommitted(membership) || membership.isJoint()) {
                throw new Violation(
                        "R6",
                        "an operator asked to " + request.what() + " and got what is not committed: " + membership);
            }
            boolean wanted = !request.exact()
                    || request.target()
                            .map(target -> Wish.isFulfilledBy(target, membership))
                            .orElse(true);
            if (!wanted) {
                throw new Violation("R6", "an operator asked to " + request.what() + " and got " + membership);
            }
        } else if (done instanceof NodeId leader) {
            if (roster.lastLed(leader) <= term) {
                throw new Violation(
                        "R6",
                        "an operator was told that " + leader + " leads after term " + term + ", and it does not");
            }
        } else if (done instanceof SnapshotInfo snapshot) {
            if (!snapshot.membership().equals(roster.committedAt(snapshot.index()))) {
                throw new Violation(
                        "M8",
                        snapshot + " holds " + snapshot.membership() + " and not "
                                + roster.committedAt(snapshot.index()));
            }
        }
    }

    /** What was refused has left no trace. */
    void finish() {
        for (Request request : refused) {
            if (request.tag().map(roster::hasAppended).orElse(false)) {
                throw new Violation(
                        "R6", "an operator asked to " + request.what() + ", was refused, and it stands in a log");
            }
        }
    }
}
