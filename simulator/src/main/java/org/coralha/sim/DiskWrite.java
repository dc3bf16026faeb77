package org.coralha.sim;

import java.io.IOException;

/** A write to a simulated disk, synced. */
@FunctionalInterface
interface DiskWrite {
    /** What becomes of a write. */
    enum Outcome {
        DONE,
        FAILED,
        HOST_DIED
    }

    /**
     * @throws IOException if it fails
     * @throws SimDisk.Torn if the host dies within it
     */
    void run() throws IOException;

    default Outcome attempt() {
        try {
            run();
            return Outcome.DONE;
        } catch (IOException e) {
            return Outcome.FAILED;
        } catch (SimDisk.Torn e) {
            return Outcome.HOST_DIED;
        }
    }
}
