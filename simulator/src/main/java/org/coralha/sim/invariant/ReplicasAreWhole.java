package org.coralha.sim.invariant;

/**
 * What a backup keeps of a connection has no gap: no replica is given up for what its log lacks.
 */
public final class ReplicasAreWhole {
    private ReplicasAreWhole() {}

    /**
     * A replica was given up.
     *
     * @param why what its host says of it
     */
    public static Broken broken(String why) {
        return new Broken(ReplicasAreWhole.class, why);
    }
}
