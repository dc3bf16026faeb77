package org.coralha.jetty.io.jetty;

import org.eclipse.jetty.server.ServerConnector;

/** Placeholder. */
public final class Rehearsal {
    private Rehearsal() {}

    public static Rehearsal of(ServerConnector c) {
        return new Rehearsal();
    }

    public void run() {}
}
