package org.coralha.sim.invariant;

/**
 * No reply byte, and no end, of a replicated connection leaves before its record is at both hosts.
 */
final class NoByteBeforeItsRecord {
    void sent(int flow, long end, long kept) {
        if (end > kept) {
            throw new Broken(
                    getClass(), "flow " + flow + " sends up to " + end + ", logged are " + kept);
        }
    }

    void ended(int flow, boolean kept) {
        if (!kept) {
            throw new Broken(getClass(), "flow " + flow + " sends an end that is not logged");
        }
    }
}
