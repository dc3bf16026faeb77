package org.coralha.drill.client;

import java.io.IOException;

/**
 * What one kind of connection does: gets into the phase that it is named after, says so by {@link
 * Slot#placed()}, and goes on after the fault.
 */
@FunctionalInterface
interface Script {
    /**
     * Runs to the end of the slot.
     *
     * @throws IOException the first thing that went wrong
     * @throws InterruptedException if the load is being given up
     */
    void run(Slot slot) throws IOException, InterruptedException;
}
