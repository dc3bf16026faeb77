/**
 * The whole pair in one thread: the real decision cores and the real log and promotion cores of
 * both hosts against simulated links, clocks, disks, data planes, Jettys and clients. One seed
 * fixes everything. No static state that changes, no IO but in {@link org.coralha.sim.SimCommand}.
 *
 * <p>{@link org.coralha.sim.Simulator} is the entry for machines; {@link org.coralha.sim.World}
 * holds one seed's pair; what must never happen is in {@code invariant}, one class for each
 * promise.
 */
package org.coralha.sim;
