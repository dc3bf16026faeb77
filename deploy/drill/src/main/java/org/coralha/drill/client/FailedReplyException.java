package org.coralha.drill.client;

import java.io.IOException;

/** A whole, well-formed reply that says no: an unexpected status. The connection can go on. */
public final class FailedReplyException extends IOException {
    private static final long serialVersionUID = 1L;

    /**
     * @param message request and status
     */
    public FailedReplyException(String message) {
        super(message);
    }
}
