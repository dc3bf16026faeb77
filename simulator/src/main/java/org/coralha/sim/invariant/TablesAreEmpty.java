package org.coralha.sim.invariant;

/** After the last fault every client gets its replies, and nothing is kept of its connection. */
public final class TablesAreEmpty {
    private TablesAreEmpty() {}

    /**
     * The bound is reached.
     *
     * @param state what is left
     */
    public static Broken missed(String state) {
        return new Broken(TablesAreEmpty.class, "not in time after the last fault: " + state);
    }
}
