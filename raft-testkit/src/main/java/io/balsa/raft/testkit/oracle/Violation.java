package io.balsa.raft.testkit.oracle;

/** Something that must always hold does not. */
public class Violation extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final String invariant;

    /**
     * Of the invariant with this name.
     */
    public Violation(String invariant, String what) {
        super(invariant + ": " + what);
        this.invariant = invariant;
    }

    /**
     * Of the invariant with this name, as an exception shows.
     */
    public Violation(String invariant, String what, Throwable cause) {
        super(invariant + ": " + what, cause);
        this.invariant = invariant;
    }

    /** Which one: S1, S2, … as in the list of invariants. */
    public String invariant() {
        return invariant;
    }
}
