package org.coralha.drill.demo;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.OptionalDouble;

/**
 * What clients saw in one case, over one or more runs.
 *
 * @param title the case
 * @param openAtFault connections open at the fault; the least of the runs
 * @param replies whole and right replies
 * @param failed requests without a right answer
 * @param corrupted replies with wrong bytes
 * @param reset connections reset or ended early
 * @param longestPauseMs longest wait that ended after the fault
 * @param detectionToFirstByteMs one value for each run that the survivor told of
 */
public record CaseRow(
        String title,
        long openAtFault,
        long replies,
        long failed,
        long corrupted,
        long reset,
        double longestPauseMs,
        List<Double> detectionToFirstByteMs) {

    /** Copies the list. */
    public CaseRow {
        detectionToFirstByteMs = List.copyOf(detectionToFirstByteMs);
    }

    /** True if nothing failed, was corrupted or reset, and something was replied at all. */
    public boolean clean() {
        return failed == 0 && corrupted == 0 && reset == 0 && replies > 0;
    }

    /** This case with the figures of one more run. */
    public CaseRow plus(CaseRow run) {
        List<Double> all = new ArrayList<>(detectionToFirstByteMs);
        all.addAll(run.detectionToFirstByteMs);
        return new CaseRow(
                title,
                Math.min(openAtFault, run.openAtFault),
                replies + run.replies,
                failed + run.failed,
                corrupted + run.corrupted,
                reset + run.reset,
                Math.max(longestPauseMs, run.longestPauseMs),
                all);
    }

    /** Median over the runs, empty if the survivor never told. */
    public OptionalDouble medianDetectionToFirstByteMs() {
        if (detectionToFirstByteMs.isEmpty()) {
            return OptionalDouble.empty();
        }
        List<Double> sorted = new ArrayList<>(detectionToFirstByteMs);
        Collections.sort(sorted);
        int middle = sorted.size() / 2;
        return OptionalDouble.of(
                sorted.size() % 2 == 1
                        ? sorted.get(middle)
                        : (sorted.get(middle - 1) + sorted.get(middle)) / 2);
    }
}
