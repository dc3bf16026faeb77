package org.coralha.drill.e2e;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Which cases a run takes. A run is over one family of IP; of two runs that share the work the one
 * over IPv4 takes the first, third, fifth case of a parameterised or repeated test and the one over
 * IPv6 the others, so that each test meets both. A test of one case is run by both.
 *
 * @param six true over IPv6 ({@code -Dcoral.family=6})
 * @param shared true if there is another run ({@code -Dcoral.family.share=true})
 */
record FamilyShare(boolean six, boolean shared) {
    private static final Pattern NUMBER = Pattern.compile("test-template-invocation:#(\\d+)\\]");

    /** A test that says the same over either family: of two runs only that over IPv4 takes it. */
    @Target({ElementType.TYPE, ElementType.METHOD})
    @Retention(RetentionPolicy.RUNTIME)
    @interface SameForBoth {}

    /** As the system properties say. */
    static FamilyShare ofThisRun() {
        return new FamilyShare(
                Integer.getInteger("coral.family", 4) == 6,
                Boolean.getBoolean("coral.family.share"));
    }

    /**
     * @param number of the case, from 1
     */
    boolean takesCase(int number) {
        return !shared || (number % 2 == 0) == six;
    }

    /**
     * @param test unique id as JUnit gives it, of a test or of one of its cases
     * @param same true if the test is {@link SameForBoth}
     */
    boolean takes(String test, boolean same) {
        if (shared && same) {
            return !six;
        }
        Matcher number = NUMBER.matcher(test);
        return !number.find() || takesCase(Integer.parseInt(number.group(1)));
    }

    /**
     * One run of something.
     *
     * @param index from 0
     */
    record Run<T>(T what, int index) {}

    /**
     * Two runs of each, in such an order that one is over IPv4 and the other over IPv6 where two
     * test runs share them, and that neither family gets the first runs of all.
     */
    static <T> Stream<Run<T>> twice(List<T> all) {
        return IntStream.range(0, 2 * all.size())
                .mapToObj(i -> new Run<>(all.get(i / 2), (i + i / 2) % 2));
    }

    /** How many of that many equal runs this one makes. */
    int of(int runs) {
        return shared ? (six ? runs / 2 : runs - runs / 2) : runs;
    }
}
