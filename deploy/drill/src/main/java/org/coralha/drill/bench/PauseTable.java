package org.coralha.drill.bench;

import java.util.List;
import java.util.Locale;
import java.util.LongSummaryStatistics;
import java.util.function.ToLongFunction;
import org.HdrHistogram.Histogram;

/** The samples of each case in one row: percentiles over all connections of all runs. */
final class PauseTable {
    private static final long LIMIT_MICROS = 120_000_000;
    private static final String HEAD =
            """
            | case | runs | connections | p50, ms | p99, ms | longest, ms | p50 of each run, ms \
            | longest of each run, ms | clients' timers | segments again | processors busy, % | wrong |
            |:--|--:|--:|--:|--:|--:|:--|:--|--:|--:|--:|--:|
            """;

    private PauseTable() {}

    /** All cases that were run, in their order; ends with a line end. */
    static String render(List<PauseSample> samples) {
        StringBuilder out = new StringBuilder(HEAD);
        for (PauseCase what : PauseCase.values()) {
            List<PauseSample> own = samples.stream().filter(s -> s.what() == what).toList();
            if (!own.isEmpty()) {
                out.append(row(what, own));
            }
        }
        return out.toString();
    }

    private static String row(PauseCase what, List<PauseSample> runs) {
        Histogram all = new Histogram(LIMIT_MICROS, 3);
        runs.forEach(run -> record(run, all));
        return String.format(
                Locale.ROOT,
                "| %s | %d | %d | %.1f | %.1f | %.1f | %s | %s | %s | %s | %s | %d |%n",
                what.title(),
                runs.size(),
                all.getTotalCount(),
                all.getValueAtPercentile(50) / 1000.0,
                all.getValueAtPercentile(99) / 1000.0,
                all.getMaxValue() / 1000.0,
                spread(runs, run -> percentile(run, 50)),
                spread(runs, run -> percentile(run, 100)),
                range(runs, PauseSample::timeouts),
                range(runs, PauseSample::retransmissions),
                range(runs, PauseSample::busyPercent),
                runs.stream().mapToLong(PauseSample::wrong).sum());
    }

    private static void record(PauseSample run, Histogram into) {
        run.pausesMicros().forEach(micros -> into.recordValue(Math.min(micros, LIMIT_MICROS)));
    }

    private static long percentile(PauseSample run, double percent) {
        Histogram one = new Histogram(LIMIT_MICROS, 3);
        record(run, one);
        return one.getValueAtPercentile(percent);
    }

    private static String spread(List<PauseSample> runs, ToLongFunction<PauseSample> micros) {
        LongSummaryStatistics all = runs.stream().mapToLong(micros).summaryStatistics();
        return String.format(
                Locale.ROOT, "%.1f to %.1f", all.getMin() / 1000.0, all.getMax() / 1000.0);
    }

    private static String range(List<PauseSample> runs, ToLongFunction<PauseSample> count) {
        LongSummaryStatistics all = runs.stream().mapToLong(count).summaryStatistics();
        return all.getMin() == all.getMax()
                ? Long.toString(all.getMin())
                : all.getMin() + " to " + all.getMax();
    }
}
