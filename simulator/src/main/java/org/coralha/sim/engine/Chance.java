package org.coralha.sim.engine;

/**
 * Pseudo-random numbers that a seed fixes for ever (SplitMix64), on every Java. Not safe for use by
 * several threads.
 */
public final class Chance {
    private long state;

    /** Numbers of this seed. */
    public Chance(long seed) {
        state = seed;
        next();
    }

    /** 64 random bits. */
    public long next() {
        state += 0x9e3779b97f4a7c15L;
        long mixed = (state ^ (state >>> 30)) * 0xbf58476d1ce4e5b9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94d049bb133111ebL;
        return mixed ^ (mixed >>> 31);
    }

    /** A number from 0 to the limit, exclusive; the limit is above 0. */
    public int below(int limit) {
        return (int) (((next() >>> 32) * limit) >>> 32);
    }

    /** A number from the first to the second, both inclusive. */
    public long between(long first, long last) {
        return first + Math.floorMod(next(), last - first + 1);
    }

    /** True in one of so many cases. */
    public boolean oneIn(int cases) {
        return below(cases) == 0;
    }

    /** True with this probability in percent; takes no number if it is 0. */
    public boolean percent(int probability) {
        return probability > 0 && below(100) < probability;
    }
}
