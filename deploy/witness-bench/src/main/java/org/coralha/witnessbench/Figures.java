package org.coralha.witnessbench;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/** Durations of one kind; prints least, median, 99th percentile and greatest in milliseconds. */
final class Figures {
    private static final double NANOS_PER_MS = 1_000_000.0;

    private final List<Long> nanos = new ArrayList<>();

    void add(long durationNanos) {
        nanos.add(durationNanos);
    }

    @Override
    public String toString() {
        List<Long> sorted = new ArrayList<>(nanos);
        Collections.sort(sorted);
        return sorted.isEmpty()
                ? "none"
                : String.format(
                        Locale.ROOT,
                        "%.2f / %.2f / %.2f / %.2f",
                        ms(sorted, 0),
                        ms(sorted, 50),
                        ms(sorted, 99),
                        ms(sorted, 100));
    }

    private static double ms(List<Long> sorted, int percentile) {
        int rank = (int) Math.ceil(percentile / 100.0 * sorted.size());
        return sorted.get(Math.max(0, rank - 1)) / NANOS_PER_MS;
    }
}
