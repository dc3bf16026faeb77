package org.coralha.kernel;

import java.util.List;

/** What this host lacks. */
public final class HostCheck {
    private HostCheck() {}

    /** Findings that need no interface name. */
    public static List<Finding> findings() {
        throw new UnsupportedOperationException("in work");
    }

    /** All findings, foreign programs on the interface included. */
    public static List<Finding> findings(String interfaceName) {
        throw new UnsupportedOperationException("in work");
    }
}
