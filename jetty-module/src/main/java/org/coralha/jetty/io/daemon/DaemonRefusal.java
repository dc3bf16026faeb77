package org.coralha.jetty.io.daemon;

import java.io.IOException;

/** The daemon answered and does not want this module; the message is its reason. */
public final class DaemonRefusal extends IOException {
    private static final long serialVersionUID = 1L;

    /**
     * @param reason what the daemon said
     */
    public DaemonRefusal(String reason) {
        super(reason);
    }
}
