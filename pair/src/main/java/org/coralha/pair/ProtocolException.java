package org.coralha.pair;

import java.io.IOException;

/** Bytes from outside do not follow the protocol. The message names the field and its value. */
public final class ProtocolException extends IOException {
    private static final long serialVersionUID = 1L;

    /**
     * @param message field, value read, and what was allowed
     */
    public ProtocolException(String message) {
        super(message);
    }
}
