package org.coralha.drill.demo;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;

/** The demo's table as Markdown whose columns line up. Pure. */
public final class CaseTable {
    private static final List<String> HEADINGS =
            List.of(
                    "case",
                    "connections open at the fault",
                    "replies",
                    "failed",
                    "corrupted",
                    "connections reset",
                    "longest pause, ms",
                    "detection to first byte, ms");

    private CaseTable() {}

    /** All rows, with headings; ends with a line end. */
    public static String render(List<CaseRow> rows) {
        List<List<String>> cells = new ArrayList<>();
        cells.add(HEADINGS);
        rows.forEach(row -> cells.add(cells(row)));
        int[] widths = new int[HEADINGS.size()];
        for (List<String> line : cells) {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], line.get(i).length());
            }
        }
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < cells.size(); i++) {
            append(out, cells.get(i), widths);
            if (i == 0) {
                rule(out, widths);
            }
        }
        return out.toString();
    }

    private static List<String> cells(CaseRow row) {
        OptionalDouble median = row.medianDetectionToFirstByteMs();
        return List.of(
                row.title(),
                Long.toString(row.openAtFault()),
                Long.toString(row.replies()),
                Long.toString(row.failed()),
                Long.toString(row.corrupted()),
                Long.toString(row.reset()),
                String.format(Locale.ROOT, "%.0f", row.longestPauseMs()),
                median.isPresent()
                        ? String.format(Locale.ROOT, "%.2f", median.getAsDouble())
                        : "not told");
    }

    private static void append(StringBuilder out, List<String> line, int[] widths) {
        for (int i = 0; i < widths.length; i++) {
            String format = i == 0 ? "| %-" + widths[i] + "s " : "| %" + widths[i] + "s ";
            out.append(String.format(Locale.ROOT, format, line.get(i)));
        }
        out.append("|\n");
    }

    private static void rule(StringBuilder out, int[] widths) {
        for (int i = 0; i < widths.length; i++) {
            out.append(i == 0 ? "|:" : "|-").append("-".repeat(widths[i]));
            out.append(i == 0 ? "-" : ":");
        }
        out.append("|\n");
    }
}
