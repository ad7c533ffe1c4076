package io.balsa.raft.runtime;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Answers that the apply agent is to give. Those that it has taken stay in sight until their turn comes: should it hang in
 * one, because of what a user does in a callback, somebody else can give the others. Safe for use by several threads.
 */
final class Answers {

    private final Inbox<Runnable> arrived = new Inbox<>();
    private final Queue<Runnable> taken = new ConcurrentLinkedQueue<>();

    void put(Runnable answer) {
        arrived.put(answer);
    }

    boolean isEmpty() {
        return arrived.isEmpty() && taken.isEmpty();
    }

    /** Gives all that are there, each once, and returns how many it gave. */
    int give() {
        taken.addAll(arrived.takeAll());
        int given = 0;
        for (Runnable answer = taken.poll(); answer != null; answer = taken.poll()) {
            answer.run();
            given++;
        }
        return given;
    }
}
