package org.coralha.drill.client;

import java.io.IOException;

/** The server's bytes are not what HTTP or the demo application promises. */
public final class CorruptReplyException extends IOException {
    private static final long serialVersionUID = 1L;

    /**
     * @param message what was read and what was promised
     */
    public CorruptReplyException(String message) {
        super(message);
    }
}
