package org.coralha.drill.soak;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** The soak's page: one line for each case, then what went wrong. Pure. */
final class SoakReport {
    private static final int KEPT_PROBLEMS = 20;
    private static final int PROBLEM_CHARACTERS = 300;

    private static final String HEAD =
            """
            # Soak

            Written by `./coral soak`. Each run breaks the running pair once and brings it back to duplex, if the
            case says nothing else. *Runs*: done, of those that a whole soak has. *Bad*: runs in which anything at
            all was wrong, a placement that did not come about included. *Failed*, *corrupted*, *reset*: requests
            and connections as the clients count them. *Wire*: packets at the client that break a rule: a RST, a FIN
            without a cause, a hole, a wrong checksum. *Pause*: longest wait of a client that ended after the fault,
            over the runs; `-` where clients wait before the fault already, so that it says nothing. *Commits*: how
            many runs were made at which, in their order; a plus marks files that differed from the commit. Each
            run is a line of [soak.jsonl](soak.jsonl), with which the next soak goes on.

            | case | runs | bad | replies | failed | corrupted | reset | wire | pause p50, ms | p99 | longest | commits | last run |
            |:-----|-----:|----:|--------:|-------:|----------:|------:|-----:|--------------:|----:|--------:|:-------|:---------|
            """;

    private SoakReport() {}

    /** Nearest rank; the values need not be sorted. */
    static double percentile(double[] values, double percent) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int rank = (int) Math.ceil(percent / 100 * sorted.length);
        return sorted[Math.max(0, rank - 1)];
    }

    /** The whole page. */
    static String page(List<SoakCase> cases, SoakJournal journal) {
        StringBuilder page = new StringBuilder(HEAD);
        StringBuilder problems = new StringBuilder();
        for (SoakCase one : cases) {
            List<SoakJournal.Entry> entries = journal.of(one.name());
            if (!entries.isEmpty()) {
                page.append(line(one, entries)).append('\n');
                problems(one, entries, problems);
            }
        }
        return problems.isEmpty() ? page.toString() : page + "\nWhat went wrong:\n\n" + problems;
    }

    /** The case's line of the table. */
    static String line(SoakCase one, List<SoakJournal.Entry> entries) {
        List<RunResult> runs = entries.stream().map(SoakJournal.Entry::result).toList();
        long done = entries.stream().filter(entry -> entry.index() >= 0).count();
        return String.format(
                Locale.ROOT,
                "| %s (`%s`) | %d of %d | %d | %d | %d | %d | %d | %d | %s | %s | %s |",
                one.title(),
                one.name(),
                done,
                one.runs(),
                entries.stream().filter(SoakReport::isBad).count(),
                runs.stream().mapToLong(RunResult::replies).sum(),
                runs.stream().mapToLong(RunResult::failed).sum(),
                runs.stream().mapToLong(RunResult::corrupted).sum(),
                runs.stream().mapToLong(RunResult::reset).sum(),
                runs.stream().mapToLong(RunResult::wireViolations).sum(),
                pauses(runs),
                commits(entries),
                entries.get(entries.size() - 1).at());
    }

    /** How many repetitions each commit has, for example {@code 30 x 1a2b3c4, 20 x 5d6e7f8}. */
    private static String commits(List<SoakJournal.Entry> entries) {
        Map<String, Integer> runs = new LinkedHashMap<>();
        entries.stream()
                .filter(entry -> entry.index() >= 0)
                .forEach(entry -> runs.merge(entry.commit(), 1, Integer::sum));
        return runs.entrySet().stream()
                .map(of -> of.getValue() + " x " + of.getKey())
                .collect(Collectors.joining(", "));
    }

    private static boolean isBad(SoakJournal.Entry entry) {
        return entry.index() < 0 ? !entry.result().problem().isEmpty() : !entry.result().passed();
    }

    private static String pauses(List<RunResult> runs) {
        double[] pauses =
                runs.stream()
                        .mapToDouble(RunResult::longestPauseMs)
                        .filter(ms -> ms >= 0)
                        .toArray();
        return pauses.length == 0
                ? "- | - | -"
                : String.format(
                        Locale.ROOT,
                        "%.0f | %.0f | %.0f",
                        percentile(pauses, 50),
                        percentile(pauses, 99),
                        percentile(pauses, 100));
    }

    private static void problems(
            SoakCase one, List<SoakJournal.Entry> entries, StringBuilder into) {
        entries.stream()
                .filter(SoakReport::isBad)
                .limit(KEPT_PROBLEMS)
                .forEach(
                        entry ->
                                into.append(
                                        String.format(
                                                Locale.ROOT,
                                                "* `%s` %s, %s, %s: %s%n",
                                                one.name(),
                                                entry.index() < 0
                                                        ? "afterwards"
                                                        : "run " + entry.index(),
                                                entry.at(),
                                                entry.result().variant(),
                                                shortened(entry.result().problem()))));
    }

    private static String shortened(String problem) {
        String line = problem.replaceAll("\\s+", " ");
        return line.length() <= PROBLEM_CHARACTERS
                ? line
                : line.substring(0, PROBLEM_CHARACTERS) + " ...";
    }
}
