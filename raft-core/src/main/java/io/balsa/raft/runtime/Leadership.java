package io.balsa.raft.runtime;

import java.util.function.Consumer;

/**
 * Whether this server leads, as other agents need to know: those who read what a leader's followers lack, and those who read
 * on the strength of a lease. Written by the consensus agent.
 */
final class Leadership {

    private final Clock clock;
    private final Consumer<PendingRead<?>> askAgain;
    private volatile long term; // 0 when it does not lead

    /**
     * At first it does not lead.
     *
     * @param askAgain takes reads whose lease has run out
     */
    Leadership(Clock clock, Consumer<PendingRead<?>> askAgain) {
        this.clock = clock;
        this.askAgain = askAgain;
    }

    void leads(long leadingTerm) {
        term = leadingTerm;
    }

    void doesNotLead() {
        term = 0;
    }

    /** Whether it leads this term, as far as it knows. */
    boolean isOf(long leadingTerm) {
        return term == leadingTerm;
    }

    /** The lease that reads are served on from now on. */
    Lease leaseUntil(long nanos) {
        return new Lease(term, nanos);
    }

    /** What must still hold after the state machine was read (section 6.4.1): the clock may have stood still before. */
    final class Lease {

        private final long leadingTerm;
        private final long untilNanos;

        private Lease(long leadingTerm, long untilNanos) {
            this.leadingTerm = leadingTerm;
            this.untilNanos = untilNanos;
        }

        boolean holds() {
            return leadingTerm != 0 && isOf(leadingTerm) && clock.nanoTime() - untilNanos < 0;
        }

        /** It has run out: the read asks a majority. */
        void lost(PendingRead<?> read) {
            askAgain.accept(read.withoutLease());
        }
    }
}
