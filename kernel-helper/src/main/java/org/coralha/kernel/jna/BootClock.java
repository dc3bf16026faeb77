package org.coralha.kernel.jna;

/** The clock of the eBPF programs that goes on while the host is suspended. */
public final class BootClock {
    private static final int CLOCK_BOOTTIME = 7;
    private static final long NS_PER_SECOND = 1_000_000_000L;

    private BootClock() {}

    /** Nanoseconds since boot. */
    public static long nowNs() {
        long[] secondsAndNs = new long[2];
        LibcNative.clock_gettime(CLOCK_BOOTTIME, secondsAndNs);
        return secondsAndNs[0] * NS_PER_SECOND + secondsAndNs[1];
    }
}
