package org.coralha.sim.invariant;

/** An invariant is broken. */
public final class Broken extends RuntimeException {
    private static final long serialVersionUID = 1;

    /**
     * @param invariant its simple name
     * @param how what was seen
     */
    public Broken(Class<?> invariant, String how) {
        super(invariant.getSimpleName() + ": " + how);
    }
}
