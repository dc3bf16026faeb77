package org.coralha.sim;

import org.coralha.sim.invariant.Broken;

/** The entry for machines: no thread, no static state that changes, no IO. */
public final class Simulator {
    private Simulator() {}

    /**
     * Runs seeds one after the other until one fails.
     *
     * @param fromSeed the first
     * @param seeds how many
     * @return the failing seed, which invariant it broke and how; null if none fails
     */
    public static String firstFailure(long fromSeed, int seeds) {
        for (long seed = fromSeed; seed < fromSeed + seeds; seed++) {
            String failure = failure(seed);
            if (failure != null) {
                return "seed " + seed + ": " + failure;
            }
        }
        return null;
    }

    /**
     * Runs one seed.
     *
     * @return which invariant it broke and how, null if none
     */
    public static String failure(long seed) {
        return failure(seed, null);
    }

    /**
     * Runs one seed and writes down what happens.
     *
     * @return the events, one a line, and the outcome
     */
    public static String trace(long seed) {
        StringBuilder events = new StringBuilder();
        String failure = failure(seed, events);
        return events.append(failure == null ? "passed" : failure).toString();
    }

    private static String failure(long seed, StringBuilder events) {
        SeedRun run = new SeedRun(seed, events);
        try {
            run.run();
            return null;
        } catch (Broken e) {
            return e.getMessage() + ", " + run;
        } catch (RuntimeException e) {
            return "the cores threw " + e + " at " + e.getStackTrace()[0] + ", " + run;
        }
    }
}
