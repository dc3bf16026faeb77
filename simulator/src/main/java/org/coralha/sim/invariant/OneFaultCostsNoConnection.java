package org.coralha.sim.invariant;

/** One fault of one host, found in duplex, resets no connection. */
final class OneFaultCostsNoConnection {
    void reset(int flow, boolean mustServe) {
        if (mustServe) {
            throw new Broken(getClass(), "flow " + flow + " was reset");
        }
    }
}
