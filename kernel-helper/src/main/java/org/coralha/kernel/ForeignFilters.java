package org.coralha.kernel;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.coralha.kernel.jna.TcHook;

/** Finds programs of others that would see packets before Coral's do. */
final class ForeignFilters {
    /** Name that every program of Coral begins with. */
    static final String OWN_PREFIX = "coral_";

    /** Lower numbers run first, and 0 means any: nothing can be put before. */
    static final int OWN_PRIORITY = 1;

    private static final Pattern FILTER =
            Pattern.compile("filter .*?pref (\\d+) (\\w+) .*?handle (\\S+) ?(.*)");

    private ForeignFilters() {}

    /** One sentence for each program in the way, empty if there is none. */
    static List<String> inTheWay(HostInterface port) {
        TcHook hook = new TcHook(port.index(), port.name());
        List<String> found = new ArrayList<>();
        for (TcHook.Direction direction : TcHook.Direction.values()) {
            String side = direction.name().toLowerCase(Locale.ROOT);
            int tcx = hook.tcxPrograms(direction);
            if (tcx > 0) {
                found.add(tcx + " tcx program(s) at " + side + " of " + port.name());
            }
            Command.Result shown = Command.run("tc", "filter", "show", "dev", port.name(), side);
            if (shown.status() == 0) {
                found.addAll(preceding(shown.output(), side + " of " + port.name()));
            }
        }
        return found;
    }

    /** The filters in the output of {@code tc filter show} that come before or beside ours. */
    static List<String> preceding(String shown, String where) {
        List<String> found = new ArrayList<>();
        for (String line : shown.lines().toList()) {
            Matcher filter = FILTER.matcher(line);
            if (filter.find()
                    && Integer.parseInt(filter.group(1)) <= OWN_PRIORITY
                    && !filter.group(4).startsWith(OWN_PREFIX)) {
                found.add("tc filter " + filter.group(4) + " at " + where);
            }
        }
        return found;
    }

    /** True if no filter is attached in either direction. */
    static boolean unused(HostInterface port) {
        for (TcHook.Direction direction : TcHook.Direction.values()) {
            String side = direction.name().toLowerCase(Locale.ROOT);
            if (Command.run("tc", "filter", "show", "dev", port.name(), side)
                    .output()
                    .contains("filter ")) {
                return false;
            }
        }
        return true;
    }

    /**
     * @throws KernelException that names every program in the way
     */
    static void requireNone(HostInterface port) {
        List<String> found = inTheWay(port);
        if (!found.isEmpty()) {
            throw new KernelException(
                    "attach before",
                    String.join(", ", found),
                    0,
                    "remove it or give it a lower precedence (tc: a pref above "
                            + OWN_PRIORITY
                            + "; tcx: none, it always runs first)");
        }
    }
}
