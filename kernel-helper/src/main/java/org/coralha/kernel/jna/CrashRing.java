package org.coralha.kernel.jna;

import com.sun.jna.Pointer;

/** Reads crash events on a thread of its own, a daemon thread that ends with {@link #close}. */
public final class CrashRing implements AutoCloseable {
    private static final int POLL_MS = 100;
    private static final int EXIT_CODE_AT = 4;

    private final Listener listener;
    private final BpfNative.Sample sample = this::onSample;
    private final Pointer ring;
    private final Thread reader;
    private volatile boolean closing;

    /** Told of each event, on the ring's thread. */
    @FunctionalInterface
    public interface Listener {
        /**
         * @param processId the process that ended
         * @param exitStatus the kernel's exit code
         */
        void onCrash(int processId, int exitStatus);
    }

    /** Starts reading. */
    public CrashRing(BpfMap map, Listener listener) {
        this.listener = listener;
        Pointer opened = BpfNative.ring_buffer__new(map.fd(), sample, null, null);
        ring = BpfError.check(opened, "open ring buffer", map.name());
        reader = new Thread(this::read, "coral-crash-ring");
        reader.setDaemon(true);
        reader.start();
    }

    private void read() {
        while (!closing) {
            BpfNative.ring_buffer__poll(ring, POLL_MS);
        }
        BpfNative.ring_buffer__free(ring);
    }

    private int onSample(Pointer context, Pointer data, long bytes) {
        try {
            listener.onCrash(data.getInt(0), data.getInt(EXIT_CODE_AT));
        } catch (RuntimeException e) {
            // Must not reach native code; the thread's handler logs it and reading goes on.
            Thread.currentThread().getUncaughtExceptionHandler().uncaughtException(reader, e);
        }
        return 0;
    }

    /** Ends the thread; waits for it, at most one second. */
    @Override
    public void close() {
        closing = true;
        if (Thread.currentThread() == reader) {
            return;
        }
        try {
            reader.join(10L * POLL_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
