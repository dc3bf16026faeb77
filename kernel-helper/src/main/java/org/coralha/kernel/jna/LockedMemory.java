package org.coralha.kernel.jna;

import com.sun.jna.LastErrorException;
import org.coralha.kernel.KernelException;

/**
 * Keeps a process in memory: a page that has to be read from a busy disk first is a late heartbeat.
 */
public final class LockedMemory {
    private static final int MCL_CURRENT = 1;
    private static final int MCL_FUTURE = 2;

    private LockedMemory() {}

    /**
     * Locks every page that this process has and will have, code and mapped files included.
     *
     * @throws KernelException without CAP_IPC_LOCK and a limit that is large enough
     */
    public static void lockAll() {
        try {
            LibcNative.mlockall(MCL_CURRENT | MCL_FUTURE);
        } catch (LastErrorException e) {
            throw new KernelException(
                    "lock",
                    "the memory of this process",
                    e.getErrorCode(),
                    "grant CAP_IPC_LOCK and LimitMEMLOCK=infinity");
        }
    }
}
