package org.coralha.sim;

/** A step of Jetty that is due soon, once, and waits while its process does not run. */
final class Reading {
    private static final long WAIT_NS = 3 * World.MS;

    private final SimHost host;
    private final Runnable step;
    private final Runnable run = this::run;
    private final long processId;
    private boolean due;

    Reading(SimHost host, Runnable step) {
        this.host = host;
        this.step = step;
        this.processId = host.jetty.processId();
    }

    void soon() {
        if (!due) {
            due = true;
            host.world.after(host.world.chance.between(50_000, 300_000), run);
        }
    }

    private void run() {
        if (!host.jetty.isAlive() || host.jetty.processId() != processId) {
            return;
        }
        if (host.jetty.runs()) {
            due = false;
            step.run();
        } else {
            host.world.after(WAIT_NS, run);
        }
    }
}
