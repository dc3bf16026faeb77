package org.coralha.jetty.port;

import java.io.IOException;

/** Where spool files come from. Safe from any thread. */
public interface SpoolFiles {
    /**
     * @return a new, empty file
     * @throws IOException if none can be created
     */
    SpoolFile create() throws IOException;
}
