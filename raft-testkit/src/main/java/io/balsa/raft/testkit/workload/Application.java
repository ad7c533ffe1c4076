package io.balsa.raft.testkit.workload;

import io.balsa.raft.StateMachine;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * What a user wants to be tested.
 *
 * @param machines makes a state machine that has applied nothing
 * @param commands draws a command
 * @param queries draws a question to a state machine, if there are any
 * @param describe a command in words
 * @param state of a state machine, to be compared with that of another, if it is to be
 */
public record Application<M extends StateMachine>(
        Supplier<M> machines,
        Function<RandomGenerator, byte[]> commands,
        Optional<Function<RandomGenerator, Function<M, Object>>> queries,
        Function<byte[], String> describe,
        Optional<Function<M, Object>> state) {

    /** The same with other commands. */
    public Application<M> withCommands(Function<RandomGenerator, byte[]> others) {
        return new Application<>(machines, others, queries, describe, state);
    }

    /** The same with these queries. */
    public Application<M> withQueries(Function<RandomGenerator, Function<M, Object>> these) {
        return new Application<>(machines, commands, Optional.of(these), describe, state);
    }

    /** The same, told in other words. */
    public Application<M> withDescribe(Function<byte[], String> inOtherWords) {
        return new Application<>(machines, commands, queries, inOtherWords, state);
    }

    /** The same, with states that are compared. */
    public Application<M> withState(Function<M, Object> of) {
        return new Application<>(machines, commands, queries, describe, Optional.of(of));
    }

    /** The bytes of a command in words; those of whoever tests must not hide what was found. */
    String inWords(byte[] command) {
        try {
            return describe.apply(command.clone());
        } catch (RuntimeException e) {
            return Words.of(command) + " (describe threw " + e + ")";
        }
    }
}
