package org.coralha.demo;

/** A query parameter is missing or out of range; the message is for the client. */
final class BadParameterException extends Exception {
    private static final long serialVersionUID = 1L;

    BadParameterException(String message) {
        super(message);
    }
}
