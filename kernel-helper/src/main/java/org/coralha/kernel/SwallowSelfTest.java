package org.coralha.kernel;

/** Proves that a swallowed packet is gone. */
public final class SwallowSelfTest {
    private SwallowSelfTest() {}

    /** Throws {@link KernelException} if the proof fails. Takes less than a second. */
    public static void prove() {
        throw new UnsupportedOperationException("in work");
    }
}
