package org.coralha.drill.path;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.coralha.drill.lab.LoadResult;

/**
 * What one case was like for its clients.
 *
 * @param name the case
 * @param load what the checking clients saw
 * @param packets packets on the path
 * @param mishaps how many of them went wrong
 * @param gaveUp true if the pair left duplex without a fault of a host
 * @param faults what was wrong, in words; empty if nothing was
 */
public record CaseOutcome(
        String name,
        LoadResult load,
        long packets,
        long mishaps,
        boolean gaveUp,
        List<String> faults) {
    /** Copies the list. */
    public CaseOutcome {
        faults = List.copyOf(faults);
    }

    /** True if everything was delivered. */
    public boolean passed() {
        return faults.isEmpty() && load.clean();
    }

    /** The longest waits that ended after the fault, by kind of connection; empty without one. */
    public String pauses() {
        return load.faultPauseMs() == 0 ? "" : String.join(", ", load.longestPauses());
    }

    @Override
    public String toString() {
        String line =
                String.format(
                        Locale.ROOT,
                        "%s %s: %d of %d packets, %d replies, %d failed, %d corrupted, %d reset,"
                                + " longest pause %.0f ms%s",
                        passed() ? "ok  " : "FAIL",
                        name,
                        mishaps,
                        packets,
                        load.replies(),
                        load.failed(),
                        load.corrupted(),
                        load.reset(),
                        load.faultPauseMs(),
                        gaveUp ? ", left duplex by itself" : "");
        List<String> more = new ArrayList<>(faults);
        more.addAll(load.problems());
        return more.isEmpty() ? line : line + "\n  " + String.join("\n  ", more);
    }
}
