package io.balsa.raft.testkit.workload;

import io.balsa.raft.StateMachine;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** Applies commands again to a few new state machines, side by side, to find where they begin to disagree. */
final class Replay<M extends StateMachine> {

    /**
     * Where they do.
     *
     * @param entry the command, none if they disagree before the first one
     * @param isOfStates whether their answers are the same
     */
    record Difference(Optional<History.Entry> entry, boolean isOfStates, String how) {}

    private static final int MACHINES = 3;

    private final Machines<M> machines;

    Replay(Machines<M> machines) {
        this.machines = machines;
    }

    private List<M> sideBySide() {
        List<M> side = new ArrayList<>();
        for (int i = 0; i < MACHINES; i++) {
            side.add(machines.make());
        }
        return side;
    }

    /** The difference between new state machines to which nothing was applied, as far as their states tell. */
    Optional<Difference> ofNew() {
        return ofStates(Optional.empty(), sideBySide());
    }

    /** The first difference in answers, to one another or to those of the run, or in states if those can be compared. */
    Optional<Difference> first(List<History.Entry> entries) {
        List<M> side = sideBySide();
        boolean withStates = ofStates(Optional.empty(), side).isEmpty();
        for (History.Entry entry : entries) {
            Optional<Difference> found = ofAnswers(entry, side);
            if (found.isEmpty() && withStates) {
                found = ofStates(Optional.of(entry), side);
            }
            if (found.isPresent()) {
                return found;
            }
        }
        return Optional.empty();
    }

    private Optional<Difference> ofAnswers(History.Entry entry, List<M> side) {
        Optional<Difference> found = Optional.empty();
        for (M machine : side) { // each applies it, so that none is behind
            Reply reply = Reply.of(machine, entry.command());
            if (found.isEmpty() && !reply.equals(entry.reply())) {
                found = Optional.of(new Difference(
                        Optional.of(entry),
                        false,
                        entry.who() + " " + entry.reply()
                                + ", a new state machine to which the same commands were applied " + reply));
            }
        }
        return found;
    }

    private Optional<Difference> ofStates(Optional<History.Entry> entry, List<M> side) {
        Optional<Object> first = machines.stateOf(side.get(0));
        for (M machine : side) {
            Optional<Object> other = machines.stateOf(machine);
            if (first.isPresent() && !Objects.deepEquals(first.get(), other.orElseThrow())) {
                return Optional.of(new Difference(
                        entry,
                        true,
                        "of two new state machines to which the same commands were applied, one holds "
                                + Machines.inWords(first.get()) + " and the other "
                                + Machines.inWords(other.orElseThrow())));
            }
        }
        return Optional.empty();
    }
}
