package io.balsa.raft.testkit.oracle;

/** Something that must always hold does not. */
public final class Violation extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final String invariant;

    /**
     * Of the invariant with this name.
     */
    public Violation(String invariant, String what) {
        super(invariant + ": " + what);
        this.invariant = invariant;
    }

    /** Which one: S1, S2, … as in the list of invariants. */
    public String invariant() {
        return invariant;
    }
}
