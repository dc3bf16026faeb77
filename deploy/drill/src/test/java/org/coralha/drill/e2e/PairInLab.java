package org.coralha.drill.e2e;

import org.coralha.drill.lab.FaultFiles;
import org.coralha.drill.lab.Lab;
import org.coralha.drill.lab.LabOptions;
import org.coralha.drill.soak.LabSession;

/** The pair of a test run: started when first needed, brought back to duplex for each test. */
public final class PairInLab implements AutoCloseable {
    private final LabSession session = new LabSession();

    /** What every lab of the tests has: a directory for the module's fault points. */
    static LabOptions options() {
        return LabSession.options();
    }

    /** The lab as a soak's cases use it. */
    LabSession session() {
        return session;
    }

    /** The lab as it is. */
    Lab lab() {
        return session.lab();
    }

    /** The lab with the usual options, in duplex. */
    public Lab duplex() {
        return session.duplex();
    }

    /** The lab with these options, in duplex; no fault point is armed. */
    Lab duplex(LabOptions options) {
        return session.duplex(options);
    }

    /** The next test gets a lab that was started for it. */
    void spoiled() {
        session.spoiled();
    }

    /** The backup delays each acknowledgement by this time. */
    void delayAcknowledgements(int ms) {
        session.faults().arm(FaultFiles.ACK_DELAY, Integer.toString(ms));
    }

    /** The primary keeps replies to itself although they are acknowledged. */
    void holdReplies() {
        session.faults().arm(FaultFiles.HOLD_RELEASE, "");
    }

    /** Waits until the primary keeps replies of this many connections to itself. */
    void awaitHeldReplies(String primary, int connections) {
        session.faults()
                .awaitReached(primary, FaultFiles.HOLD_RELEASE, connections, Phase.PLACE_LIMIT_MS);
    }

    /** Takes all fault points back. */
    void disarm() {
        session.faults().disarm();
    }

    @Override
    public void close() {
        session.close();
    }
}
