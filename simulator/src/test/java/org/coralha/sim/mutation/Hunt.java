package org.coralha.sim.mutation;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;

/** Runs the simulator of a set of classes, seed after seed. */
final class Hunt {
    /** Where the simulator is entered: {@code String failure(long seed)}. */
    private static final String SIMULATOR = "org.coralha.sim.Simulator";

    /**
     * What was found.
     *
     * @param seeds how many were needed
     * @param failure description of the simulator, which begins with the name of the invariant
     */
    record Catch(int seeds, String failure) {}

    private final Method simulate;

    Hunt(ClassLoader classes) throws ReflectiveOperationException {
        simulate = classes.loadClass(SIMULATOR).getMethod("failure", long.class);
    }

    /**
     * Tries seeds from 0 on until one fails.
     *
     * @return null if none of them does
     */
    Catch first(int limit) throws ReflectiveOperationException {
        for (int seed = 0; seed < limit; seed++) {
            String failure = run(seed);
            if (failure != null) {
                return new Catch(seed + 1, failure);
            }
        }
        return null;
    }

    private String run(long seed) throws ReflectiveOperationException {
        try {
            return (String) simulate.invoke(null, seed);
        } catch (InvocationTargetException e) {
            throw new AssertionError("the simulator itself fails at seed " + seed, e);
        }
    }
}
