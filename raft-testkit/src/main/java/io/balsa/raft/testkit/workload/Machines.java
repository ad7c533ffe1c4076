package io.balsa.raft.testkit.workload;

import io.balsa.raft.StateMachine;
import io.balsa.raft.testkit.SimulationFailure.Kind;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** Makes the state machines of a run, each of which must be another, and asks them for their states. */
final class Machines<M extends StateMachine> {

    private final Application<M> application;
    private final List<WeakReference<M>> made = new ArrayList<>();

    Machines(Application<M> application) {
        this.application = application;
    }

    /**
     * A new one.
     *
     * @throws UserFault if it is not new, or there is none
     */
    M make() {
        M machine;
        try {
            machine = application.machines().get();
        } catch (Exception | AssertionError | StackOverflowError | LinkageError e) {
            throw UserFault.of(Kind.SUPPLIER, "the supplier of state machines threw " + e)
                    .because(e);
        }
        if (machine == null) {
            throw UserFault.of(Kind.SUPPLIER, "the supplier of state machines returned null");
        }
        made.removeIf(reference -> reference.get() == null);
        if (made.stream().anyMatch(reference -> isSame(reference, machine))) {
            throw UserFault.of(
                    Kind.SUPPLIER,
                    "the supplier returned the same state machine twice: each server, and each life of it after a"
                            + " restart, needs a new one that has applied nothing, because all commands are applied to"
                            + " it from the first on");
        }
        made.add(new WeakReference<>(machine));
        return machine;
    }

    @SuppressWarnings("ReferenceEquality") // it is the object that must be another, not what it holds
    private static boolean isSame(WeakReference<?> reference, Object machine) {
        return reference.get() == machine;
    }

    /** The state of one of them, if states are to be compared. */
    Optional<Object> stateOf(M machine) {
        return application.state().map(state -> {
            try {
                return Objects.requireNonNull(state.apply(machine), "the state is null");
            } catch (RuntimeException | AssertionError e) {
                throw UserFault.of(Kind.OPTION, ".state(...) threw " + e).because(e);
            }
        });
    }

    /** A state or what a query returned, in words. */
    static String inWords(Object value) {
        String words = value instanceof byte[] bytes ? Words.of(bytes) : String.valueOf(value);
        return words.length() <= 200 ? words : words.substring(0, 200) + "…";
    }
}
