package org.coralha.sim;

import org.coralha.heartbeat.core.Timing;

/**
 * The limits of the simulated pair. Heartbeats, ticks and silence are those of the product; the
 * times that only decide how long somebody waits are shorter, so that a seed is short.
 */
final class Pace {
    private static final long MS = World.MS;

    static final Timing TIMING =
            new Timing(
                    5 * MS / 2, 25 * MS, 75 * MS, 200 * MS, 200 * MS, 300 * MS, 400 * MS, 100 * MS);

    private Pace() {}
}
