package io.balsa.raft.testkit.workload;

import io.balsa.raft.StateMachine;

/** What a cluster is for: the state machine of its servers, and what clients ask of it. */
public interface Workload {

    /** A state machine for a new life of a server. */
    StateMachine machine(int server);

    /** A client does something. */
    void operate(Call call);

    /** A client does much at once, and waits for nothing; it may be that only this server ever hears of it. */
    void crowd(Call call);

    /** Clients give up on what is under way; a session may still wait for a server that it has turned away from. */
    default void hangUp() {}

    /** The state of a machine, to compare it with that of another which has applied the same commands. */
    Object stateOf(StateMachine machine);

    /** What was proposed and what was answered. */
    Ledger ledger();

    /** The run is over: what can only be seen now is checked now. */
    void finish();
}
