package org.coralha.drill.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.coralha.drill.lab.Lab;
import org.coralha.drill.lab.LabOptions;

/** The pair of a test run: started when first needed, brought back to duplex for each test. */
public final class PairInLab implements AutoCloseable {
    private static final int DUPLEX_LIMIT_SECONDS = 60;
    private static final Path FAULTS = Path.of("/run/coral-drill-faults");
    private static final List<String> FAULT_FILES = List.of("ack-delay-ms", "hold-release");

    private final Lab lab = Lab.here();
    private LabOptions running;

    /** What every lab of the tests has: a directory for the module's fault points. */
    static LabOptions options() {
        return LabOptions.PLAIN.jetty("coral.faults.dir", FAULTS.toString());
    }

    /** The lab as it is. */
    Lab lab() {
        return lab;
    }

    /** The lab with the usual options, in duplex. */
    public Lab duplex() {
        return duplex(options());
    }

    /** The lab with these options, in duplex; no fault point is armed. */
    Lab duplex(LabOptions options) {
        disarm();
        if (!options.equals(running)) {
            running = null;
            lab.down();
            lab.up(options);
            running = options;
        }
        try {
            lab.restore(DUPLEX_LIMIT_SECONDS);
        } catch (RuntimeException e) {
            // The next test starts afresh in place of failing for this one's reason.
            running = null;
            throw e;
        }
        return lab;
    }

    /** The next test gets a lab that was started for it. */
    void spoiled() {
        running = null;
    }

    /** The backup delays each acknowledgement by this time. */
    void delayAcknowledgements(int ms) {
        arm("ack-delay-ms", Integer.toString(ms));
    }

    /** The primary keeps replies to itself although they are acknowledged. */
    void holdReplies() {
        arm("hold-release", "");
    }

    /** Takes all fault points back. */
    void disarm() {
        try {
            Files.createDirectories(FAULTS);
            for (String file : FAULT_FILES) {
                Files.deleteIfExists(FAULTS.resolve(file));
            }
        } catch (IOException e) {
            throw new AssertionError("cannot disarm the fault points in " + FAULTS, e);
        }
    }

    private static void arm(String file, String content) {
        try {
            Files.writeString(FAULTS.resolve(file), content);
            // The module looks every 20 ms, on a busy machine less often.
            Thread.sleep(1000);
        } catch (IOException e) {
            throw new AssertionError("cannot arm " + file + " in " + FAULTS, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    @Override
    public void close() throws IOException {
        disarm();
        Files.deleteIfExists(FAULTS);
        lab.down();
    }
}
