package org.coralha.sim.invariant;

/** What a client receives, and what is executed, is byte for byte of one generation. */
public final class RepliesAreWhole {
    private RepliesAreWhole() {}

    /**
     * A byte is wrong.
     *
     * @param how which
     */
    public static Broken broken(String how) {
        return new Broken(RepliesAreWhole.class, how);
    }
}
