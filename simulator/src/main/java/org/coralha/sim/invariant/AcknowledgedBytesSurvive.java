package org.coralha.sim.invariant;

/** No request byte is acknowledged to a client before the backup's stack has it. */
final class AcknowledgedBytesSurvive {
    void acknowledged(int flow, long end, long replicated) {
        if (end > replicated) {
            throw new Broken(
                    getClass(),
                    "flow "
                            + flow
                            + " acknowledged up to "
                            + end
                            + ", the backup has "
                            + replicated);
        }
    }
}
