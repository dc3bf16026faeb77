package org.coralha.drill.lab;

import java.util.List;
import java.util.Locale;

/**
 * A host that the switch forgets: no frame passes to it or from it, but its carrier stays up, so
 * that nothing tells the host. Ends with {@link #close}.
 */
public final class SilentCut implements AutoCloseable {
    private static final long LIMIT_MS = 10_000;

    private final Lab lab;
    private final String table;
    private boolean closed;

    private SilentCut(Lab lab, String host) {
        this.lab = lab;
        this.table = "bridge coral_silent_" + host;
        nft(
                String.format(
                        Locale.ROOT,
                        "table %1$s; delete table %1$s; table %1$s { chain cut {"
                                + " type filter hook forward priority 0;"
                                + " iifname %2$s drop; oifname %2$s drop; }; }",
                        table,
                        host));
    }

    /** Cuts the host off; it is when this returns. */
    public static SilentCut of(Lab lab, String host) {
        return new SilentCut(lab, host);
    }

    private void nft(String command) {
        Shell.Result result = lab.exec("switch", LIMIT_MS, List.of("nft", command));
        if (result.exit() != 0) {
            throw new LabException("nft on the switch: " + command + ": " + result.all());
        }
    }

    /** The host has a network again. */
    @Override
    public void close() {
        if (!closed) {
            closed = true;
            nft("delete table " + table);
        }
    }
}
