package org.coralha.sim.invariant;

/** A backup keeps a connection until its client has everything, the end included. */
public final class StandbyStaysToTheEnd {
    private StandbyStaysToTheEnd() {}

    /**
     * A standby connection is closed too early.
     *
     * @param flow whose
     */
    public static Broken broken(int flow) {
        return new Broken(
                StandbyStaysToTheEnd.class,
                "the backup closes flow " + flow + ", its client has not seen the end");
    }
}
