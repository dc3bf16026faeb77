package org.coralha.drill.client;

import java.io.IOException;

/** The server ended the connection while bytes of it were still owed. */
public final class PrematureEndException extends IOException {
    private static final long serialVersionUID = 1L;

    /**
     * @param message what was owed
     */
    public PrematureEndException(String message) {
        super(message);
    }
}
