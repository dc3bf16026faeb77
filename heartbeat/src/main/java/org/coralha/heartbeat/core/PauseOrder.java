package org.coralha.heartbeat.core;

/**
 * The last word of an operator on automatic failover, as one host knows it. Every order has a
 * number of its own; the higher one holds on both hosts.
 *
 * @param number 0 if there never was an order
 * @param remainingNs for how long failover is still paused; 0 or less if it is not
 */
public record PauseOrder(long number, long remainingNs) {
    /** Nobody ever ordered anything. */
    public static final PauseOrder NONE = new PauseOrder(0, 0);

    /** True if failover is paused. */
    public boolean isPaused() {
        return remainingNs > 0;
    }
}
