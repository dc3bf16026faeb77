package org.coralha.sim.invariant;

/** After the last fault the pair is in duplex within a bound. */
public final class BackToDuplex {
    private BackToDuplex() {}

    /**
     * The bound is reached.
     *
     * @param state how the pair is
     */
    public static Broken missed(String state) {
        return new Broken(BackToDuplex.class, "no duplex in time after the last fault, " + state);
    }
}
