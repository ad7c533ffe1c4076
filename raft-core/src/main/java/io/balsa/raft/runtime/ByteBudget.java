package io.balsa.raft.runtime;

import java.util.concurrent.atomic.AtomicLong;

/** Counts bytes that wait somewhere, up to a limit. Safe for use by several threads. */
final class ByteBudget {

    private final long limit;
    private final AtomicLong used = new AtomicLong();

    ByteBudget(long limit) {
        this.limit = limit;
    }

    /** Takes bytes out of the budget, if there are so many left, or if nothing is taken yet. */
    boolean tryTake(long bytes) {
        long before;
        do {
            before = used.get();
            if (before != 0 && before + bytes > limit) {
                return false; // without a trace: nobody else may be refused because of it
            }
        } while (!used.compareAndSet(before, before + bytes));
        return true;
    }

    void giveBack(long bytes) {
        used.addAndGet(-bytes);
    }

    /** Whether three quarters of it are taken. */
    boolean isNearlyUsedUp() {
        return used.get() > limit - limit / 4;
    }

    long used() {
        return used.get();
    }
}
