package org.coralha.sim;

/** The clock of a host: may run a little fast or slow, and jump. */
final class SimClock {
    private static final double PPM = 1e-6;

    private double rate = 1;
    private long offsetNs;

    /**
     * @param errorPpm how much faster than true time it runs
     */
    void errPpm(long errorPpm) {
        rate = 1 + errorPpm * PPM;
    }

    /** What decisions and lease go by: it does not stop while the host is suspended. */
    long nowNs(long trueNs) {
        return (long) (trueNs * rate) + offsetNs;
    }

    /** How long a timer of this host really runs. */
    long trueDelayNs(long localNs) {
        return (long) (localNs / rate);
    }

    /** The hypervisor hid this time from the host. */
    void hidden(long trueNs) {
        offsetNs -= (long) (trueNs * rate);
    }

    /** The clock jumps forward. */
    void jump(long byNs) {
        offsetNs += byNs;
    }
}
