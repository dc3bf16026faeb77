package org.coralha.drill.soak;

import org.coralha.drill.lab.FaultFiles;
import org.coralha.drill.lab.Lab;
import org.coralha.drill.lab.LabOptions;

/**
 * One lab over many drills: started when first needed, brought back to duplex for each of them, and
 * started afresh only for other options. One controlling thread.
 */
public final class LabSession implements AutoCloseable {
    private static final int DUPLEX_LIMIT_SECONDS = 180;

    private final Lab lab = Lab.here();
    private final FaultFiles faults = new FaultFiles();
    private LabOptions running;

    /** What every lab of the drills has: a directory for the module's fault points. */
    public static LabOptions options() {
        return LabOptions.PLAIN.jetty("coral.faults.dir", FaultFiles.ROOT + "/%h");
    }

    /** The lab as it is. */
    public Lab lab() {
        return lab;
    }

    /** The module's fault points on both hosts. */
    public FaultFiles faults() {
        return faults;
    }

    /** The lab with the usual options, in duplex. */
    public Lab duplex() {
        return duplex(options());
    }

    /** The lab with these options, in duplex; no fault point is armed. */
    public Lab duplex(LabOptions options) {
        faults.begin();
        if (!options.equals(running)) {
            running = null;
            lab.down();
            lab.up(options);
            running = options;
        }
        try {
            lab.restore(DUPLEX_LIMIT_SECONDS);
        } catch (RuntimeException e) {
            // The next drill starts afresh in place of failing for this one's reason.
            running = null;
            throw e;
        }
        return lab;
    }

    /** The next drill gets a lab that was started for it. */
    public void spoiled() {
        running = null;
    }

    @Override
    public void close() {
        faults.disarm();
        lab.down();
        faults.begin(); // the journals need no room any more
    }
}
