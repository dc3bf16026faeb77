package org.coralha.sim;

import org.coralha.kernel.DataPlane.Mode;

/**
 * The data plane of a host as far as it decides who may speak: mode and lease. It lives as long as
 * the machine runs, whatever its processes do.
 */
final class SimKernel {
    private final World world;
    private final SimClock clock;
    private Mode mode = Mode.FENCED;
    private long leaseUntilNs;
    private boolean powered;

    SimKernel(World world, SimClock clock) {
        this.world = world;
        this.clock = clock;
    }

    Mode mode() {
        return mode;
    }

    void mode(Mode next) {
        mode = next;
    }

    void lease(long untilNs) {
        leaseUntilNs = Math.max(leaseUntilNs, untilNs);
    }

    /** The machine is switched on, or its daemon attached the programs anew. */
    void begin() {
        powered = true;
        mode = Mode.FENCED;
        leaseUntilNs = 0;
    }

    /** The machine is switched off. */
    void end() {
        powered = false;
        mode = Mode.FENCED;
    }

    /** The kernel's answer to the end of a watched process. */
    void crashed() {
        boolean forwards = mode == Mode.BACKUP || mode == Mode.FORWARD_ONLY;
        mode = forwards ? Mode.FORWARD_ONLY : Mode.FENCED;
    }

    boolean isPowered() {
        return powered;
    }

    static boolean speaks(Mode mode) {
        return mode == Mode.SIMPLEX || mode == Mode.PRIMARY;
    }

    /** True if what own stack sends leaves the host now. */
    boolean sends() {
        return speaks(mode) && powered && clock.nowNs(world.nowNs()) < leaseUntilNs;
    }
}
