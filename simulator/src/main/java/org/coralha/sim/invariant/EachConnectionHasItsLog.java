package org.coralha.sim.invariant;

/** What a backup keeps for a connection was logged for it, and not for another one of its port. */
public final class EachConnectionHasItsLog {
    private EachConnectionHasItsLog() {}

    /**
     * A connection has the log of another one.
     *
     * @param flow whose socket
     * @param logged whose log
     */
    public static Broken broken(int flow, int logged) {
        return new Broken(
                EachConnectionHasItsLog.class, "flow " + flow + " has the log of flow " + logged);
    }
}
