package io.balsa.raft.testkit.workload;

import io.balsa.raft.RaftNode;
import io.balsa.raft.StateMachine;
import io.balsa.raft.testkit.Draws;
import java.util.function.LongSupplier;

/**
 * The turn of a client.
 *
 * @param client its number, from 1
 * @param number counts its turns
 * @param chance decides what it wants
 * @param node whom it asks
 * @param machine the state machine of that node; may be read on the node's apply thread only
 * @param clock tells the time in the simulated world
 * @param done to be called when there is an answer, of whatever kind
 */
public record Call(
        int client, long number, Draws chance, RaftNode node, StateMachine machine, LongSupplier clock, Runnable done) {

    /** What time it is, in nanoseconds. */
    long nowNanos() {
        return clock.getAsLong();
    }

    /** The same call, but nobody waits for the answer. */
    Call without() {
        return new Call(client, number, chance, node, machine, clock, () -> {});
    }
}
