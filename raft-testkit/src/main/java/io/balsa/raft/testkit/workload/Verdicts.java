package io.balsa.raft.testkit.workload;

import io.balsa.raft.StateMachine;
import io.balsa.raft.testkit.SimulationFailure.Kind;
import io.balsa.raft.testkit.workload.Replay.Difference;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** Says what is wrong with a state machine, and at which command it begins: what was seen in a run is replayed for that. */
final class Verdicts<M extends StateMachine> {

    private final Application<M> application;
    private final Machines<M> machines;
    private final Replay<M> replay;
    private final History history;

    Verdicts(Application<M> application, Machines<M> machines, History history) {
        this.application = application;
        this.history = history;
        this.machines = machines;
        replay = new Replay<>(machines);
    }

    private UserFault at(Kind kind, History.Entry entry, String what) {
        return UserFault.at(kind, entry.index(), application.inWords(entry.data()), what);
    }

    private String place(History.Entry entry) {
        return "index " + entry.index() + ", command " + application.inWords(entry.data());
    }

    /** A command got another answer than before. */
    UserFault onDifferentReplies(History.Entry known, String who, boolean restored, Reply reply) {
        String how = known.who() + " " + known.reply() + ", " + who + " " + reply;
        Optional<Difference> earlier = replay.first(history.upTo(known.index() - 1));
        Kind kind = known.restored() || restored ? Kind.SNAPSHOT : Kind.DIVERGENCE;
        return earlier.map(found -> diverge(found, "; in the run it showed at " + place(known) + ": " + how))
                .orElseGet(() -> at(kind, known, "state machines diverge at " + place(known) + ": " + how))
                .because(reply.cause());
    }

    /** Two new state machines disagree, or one that was restored with new ones. */
    private UserFault diverge(Difference found, String andThen) {
        History.Entry entry = found.entry().orElseThrow();
        Kind ofAnswers = entry.restored() ? Kind.SNAPSHOT : Kind.DIVERGENCE;
        return at(
                found.isOfStates() ? Kind.STATE : ofAnswers,
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
    UserFault onDifferentStates(long index, boolean restored, String how) {
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
                        restored ? Kind.SNAPSHOT : Kind.STATE,
                        "the answers to all commands up to index " + index + " are equal and the states are not: " + how
                                + ". New state machines to which the same commands were applied do not differ, so "
                                + (restored
                                        ? "a snapshot does not hold all of the state"
                                        : "nobody knows with which command it began")));
    }

    /** A query saw something else than it should. */
    UserFault onDifferentRead(long index, String how) {
        return history.at(index).map(entry -> at(Kind.READ, entry, how)).orElseGet(() -> UserFault.of(Kind.READ, how));
    }

    /** An array that was a result has changed. */
    UserFault onChangedResult(CheckedMachine<M> machine) {
        String how = "the state machine of " + machine
                + " has changed an array that it had returned as a result; whoever proposed the command would get"
                + " the changed one";
        return history.at(machine.lastIndex())
                .map(entry -> at(Kind.EXCEPTION, entry, how))
                .orElseGet(() -> UserFault.of(Kind.EXCEPTION, how));
    }

    /** A state could not be captured, written or restored. */
    UserFault onFailure(CheckedMachine<M> machine, String when, Throwable failure) {
        return UserFault.of(
                        Kind.SNAPSHOT,
                        "the state machine of " + machine + " threw " + failure + " in " + when + ", after index "
                                + machine.lastIndex())
                .because(failure);
    }

    /** Whoever was restored holds what one holds that has applied all commands itself, as far as states can be compared. */
    void requireRestored(CheckedMachine<M> machine) {
        Optional<Object> state = machines.stateOf(machine.machine());
        if (state.isEmpty()) {
            return;
        }
        M fresh = machines.make();
        history.upTo(machine.lastIndex()).forEach(entry -> Reply.of(fresh, entry.command()));
        Object expected = machines.stateOf(fresh).orElseThrow();
        if (!Objects.deepEquals(expected, state.get())) {
            throw onDifferentStates(
                    machine.lastIndex(),
                    true,
                    machine + " holds " + Machines.inWords(state.get())
                            + ", and a new state machine to which the same commands were applied "
                            + Machines.inWords(expected));
        }
    }
}
