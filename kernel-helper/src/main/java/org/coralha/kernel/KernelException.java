package org.coralha.kernel;

/** An operation of the kernel failed. The message names operation, object, errno and remedy. */
public final class KernelException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int errno;

    /**
     * @param operation what was tried
     * @param object on what
     * @param errno the kernel's error number, 0 if there is none
     * @param remedy what to do about it
     */
    public KernelException(String operation, String object, int errno, String remedy) {
        super(operation + " " + object + ": errno " + errno + "; " + remedy);
        this.errno = errno;
    }

    /** The kernel's error number. */
    public int errno() {
        return errno;
    }
}
