package io.balsa.raft.testkit.linearizability;

import java.util.Optional;

/** A register for each key, which holds a value or is absent, as it is at first. */
public final class RegisterModel implements Model<Optional<String>, RegisterModel.Input, RegisterModel.Output> {

    /** What a client asks for. */
    public sealed interface Input {

        /** Of which register. */
        String key();
    }

    /**
     * Gives the register a value, whatever it held.
     *
     * @param key of which register
     * @param value it holds then
     */
    public record Put(String key, String value) implements Input {
        @Override
        public String toString() {
            return "put(" + key + ", " + value + ")";
        }
    }

    /**
     * Reads the register.
     *
     * @param key of which register
     */
    public record Get(String key) implements Input {
        @Override
        public String toString() {
            return "get(" + key + ")";
        }
    }

    /**
     * Makes the register absent, whatever it held.
     *
     * @param key of which register
     */
    public record Delete(String key) implements Input {
        @Override
        public String toString() {
            return "delete(" + key + ")";
        }
    }

    /**
     * Changes the register if it holds what the client expects; empty means absent.
     *
     * @param key of which register
     * @param expected it must hold
     * @param value it holds then
     */
    public record Cas(String key, Optional<String> expected, Optional<String> value) implements Input {
        @Override
        public String toString() {
            return "cas(" + key + ", " + show(expected) + ", " + show(value) + ")";
        }
    }

    /** What a client is answered. */
    public sealed interface Output {}

    /** To a put and to a delete: it is done. */
    public record Done() implements Output {
        @Override
        public String toString() {
            return "done";
        }
    }

    /**
     * To a get.
     *
     * @param value the register's; empty if it is absent
     */
    public record Value(Optional<String> value) implements Output {
        @Override
        public String toString() {
            return show(value);
        }
    }

    /**
     * To a cas.
     *
     * @param success whether the register held what was expected
     */
    public record Swapped(boolean success) implements Output {
        @Override
        public String toString() {
            return success ? "swapped" : "not swapped";
        }
    }

    /** All registers are absent. */
    public RegisterModel() {}

    @Override
    public Optional<String> initial() {
        return Optional.empty();
    }

    @Override
    public Optional<Optional<String>> step(Optional<String> state, Input input, Output output) {
        return output.equals(answer(state, input)) ? Optional.of(effect(state, input)) : Optional.empty();
    }

    @Override
    public Optional<String> effect(Optional<String> state, Input input) {
        if (input instanceof Put put) {
            return Optional.of(put.value());
        }
        if (input instanceof Delete) {
            return Optional.empty();
        }
        return input instanceof Cas cas && state.equals(cas.expected()) ? cas.value() : state;
    }

    private static Output answer(Optional<String> state, Input input) {
        if (input instanceof Get) {
            return new Value(state);
        }
        return input instanceof Cas cas ? new Swapped(state.equals(cas.expected())) : new Done();
    }

    @Override
    public boolean isRead(Input input, Output output) {
        return input instanceof Get || output.equals(new Swapped(false));
    }

    @Override
    public String partition(Input input) {
        return input.key();
    }

    private static String show(Optional<String> value) {
        return value.orElse("absent");
    }
}
