package org.coralha.drill.path;

import java.util.List;
import java.util.Locale;

/** Outcomes as a Markdown table, a row for each case. */
final class OutcomeTable {
    private static final String HEAD =
            """
            | case | packets | went wrong | replies | failed | corrupted | reset | longest pause, ms |
            |---|--:|--:|--:|--:|--:|--:|--:|
            """;

    private OutcomeTable() {}

    static String render(List<CaseOutcome> outcomes) {
        StringBuilder table = new StringBuilder(HEAD);
        outcomes.forEach(outcome -> table.append(row(outcome)));
        return table.toString();
    }

    private static String row(CaseOutcome outcome) {
        return String.format(
                Locale.ROOT,
                "| `%s`%s%s | %d | %d | %d | %d | %d | %d | %s |%n",
                outcome.name(),
                outcome.gaveUp() ? ", left duplex by itself" : "",
                outcome.faults().isEmpty() ? "" : ", **" + outcome.faults().get(0) + "**",
                outcome.packets(),
                outcome.mishaps(),
                outcome.load().replies(),
                outcome.load().failed(),
                outcome.load().corrupted(),
                outcome.load().reset(),
                outcome.name().endsWith("/load")
                        ? "–"
                        : String.format(Locale.ROOT, "%.0f", outcome.load().faultPauseMs()));
    }
}
