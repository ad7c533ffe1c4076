package io.balsa.raft.testkit.workload;

import io.balsa.raft.StateMachine;
import io.balsa.raft.testkit.SimulationFailure.Kind;
import io.balsa.raft.testkit.workload.Replay.Difference;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Says what is wrong with a state machine, and at which command it begins: what was seen in a run is replayed for that. */
final class Verdicts<M extends StateMachine> {

    private final Application<M> application;
    private final Replay<M> replay;
    private final History history;

    Verdicts(Application<M> application, Machines<M> machines, History history) {
        this.application = application;
        this.history = history;
        replay = new Replay<>(machines);
    }

    private UserFault at(Kind kind, History.Entry entry, String what) {
        return UserFault.at(kind, entry.index(), application.inWords(entry.data()), what);
    }

    private String place(History.Entry entry) {
        return "index " + entry.index() + ", command " + application.inWords(entry.data());
    }

    /** A command got another answer than before. */
    UserFault onDifferentReplies(History.Entry known, String who, Reply reply) {
        String how = known.who() + " " + known.reply() + ", " + who + " " + reply;
        Optional<Difference> earlier = replay.first(history.upTo(known.index() - 1));
        return earlier.map(found -> diverge(found, "; in the run it showed at " + place(known) + ": " + how))
                .orElseGet(() -> at(Kind.DIVERGENCE, known, "state machines diverge at " + place(known) + ": " + how))
                .because(reply.cause());
    }

    /** Two new state machines disagree. */
    private UserFault diverge(Difference found, String andThen) {
        History.Entry entry = found.entry().orElseThrow();
        return at(
                found.isOfStates() ? Kind.STATE : Kind.DIVERGENCE,
                entry,
                "state machines diverge at " + place(entry) + ": " + found.how() + andThen);
    }

    /** A command got no result, from the first state machine that applied it. */
    UserFault onNoResult(History.Entry entry) {
        List<History.Entry> entries = new ArrayList<>(history.upTo(entry.index()));
        entries.add(entry);
        return replay.first(entries)
                .map(found -> diverge(found, ""))
                .orElseGet(() -> at(
                        Kind.EXCEPTION,
                        entry,
                        "the state machine " + entry.reply() + " at " + place(entry) + ", on " + entry.who()
                                + " and on new ones to which the same commands were applied. Every server would stop"
                                + " there, again after each restart: a command that cannot be carried out must get a"
                                + " result that says so"))
                .because(entry.reply().cause());
    }

    /** Who has applied the same, up to an index, holds different states. */
    UserFault onDifferentStates(long index, String how) {
        Optional<Difference> ofNew = replay.ofNew();
        if (ofNew.isPresent()) {
            return UserFault.of(
                    Kind.STATE,
                    "the states of two state machines to which nothing was applied are not equal: "
                            + ofNew.get().how()
                            + ". What .state(...) returns needs equals, and nothing in it that differs from object to"
                            + " object");
        }
        return replay.first(history.upTo(index))
                .map(found -> diverge(found, "; in the run it showed after index " + index + ": " + how))
                .orElseGet(() -> UserFault.of(
                        Kind.STATE,
                        "the answers to all commands up to index " + index + " are equal and the states are not: "
                                + how
                                + ". New state machines to which the same commands were applied do not differ, so"
                                + " nobody knows with which command it began"));
    }

    /** A query saw something else than it should. */
    UserFault onDifferentRead(long index, String how) {
        return history.at(index).map(entry -> at(Kind.READ, entry, how)).orElseGet(() -> UserFault.of(Kind.READ, how));
    }

    /** An array that was a result has changed. */
    UserFault onChangedResult(String who, long index) {
        String how = "the state machine of " + who
                + " has changed an array that it had returned as a result; whoever proposed the command would get"
                + " the changed one";
        return history.at(index)
                .map(entry -> at(Kind.EXCEPTION, entry, how))
                .orElseGet(() -> UserFault.of(Kind.EXCEPTION, how));
    }
}
