package org.coralha.drill.lab;

/** The lab, or a program in it, did not do what the drill needs. Nothing about the pair. */
public final class LabException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /**
     * @param message operation, what happened, what the program said
     */
    public LabException(String message) {
        super(message);
    }

    /**
     * @param message operation
     * @param cause what happened
     */
    public LabException(String message, Throwable cause) {
        super(message, cause);
    }
}
