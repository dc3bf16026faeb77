package org.coralha.kernel.jna;

import com.sun.jna.LastErrorException;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.coralha.kernel.KernelException;

/**
 * Runs a task in a network namespace that exists for this task alone. It goes with the thread, so
 * nothing is left behind, whatever happens.
 */
public final class PrivateNetwork {
    private static final int CLONE_NEWNET = 0x4000_0000;

    private PrivateNetwork() {}

    /**
     * Runs the task on a thread of its own and waits for it.
     *
     * @throws KernelException if no namespace can be had, or the task takes longer
     */
    public static <T> T call(Callable<T> task, long limitMs) {
        FutureTask<T> future =
                new FutureTask<>(
                        () -> {
                            isolate();
                            return task.call();
                        });
        Thread thread = new Thread(future, "coral-private-network");
        thread.setDaemon(true);
        thread.start();
        return await(future, limitMs);
    }

    private static void isolate() {
        try {
            LibcNative.unshare(CLONE_NEWNET);
        } catch (LastErrorException e) {
            throw new KernelException(
                    "create",
                    "a private network namespace",
                    e.getErrorCode(),
                    "run as root with CAP_SYS_ADMIN");
        }
    }

    private static <T> T await(FutureTask<T> future, long limitMs) {
        try {
            return future.get(limitMs, TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new KernelException("run self-test (" + e.getCause() + ")", "", 0, "report it");
        } catch (TimeoutException e) {
            throw new KernelException(
                    "finish", "the self-test in " + limitMs + " ms", 0, "try again, report it");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new KernelException("finish", "the self-test", 0, "interrupted: run it again");
        }
    }
}
