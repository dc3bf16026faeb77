package org.coralha.drill.lab;

import java.util.ArrayList;
import java.util.List;
import org.coralha.drill.json.Json;

/**
 * How the two TCP stacks of a pair number one flow, as the backup's data plane knows it before a
 * takeover.
 *
 * @param visibleIsn initial sequence number of the primary's stack, which the client knows
 * @param ownIsn that of the backup's stack
 * @param clockLead by how many milliseconds the timestamps of the primary's stack are at least
 *     ahead of those of the backup's; both count over 32 bits
 */
public record TwoStacks(long visibleIsn, long ownIsn, int clockLead) {
    private static final String DUMP =
            "bpftool -j map dump pinned \"$(find /sys/fs/bpf -name flows)\"";

    /** The flows that the backup replicates and that have not ended. */
    public static List<TwoStacks> of(Lab lab, String backup) {
        return parse(lab.verb("exec", backup, "--", "bash", "-c", DUMP));
    }

    /** The flows in what bpftool says of the map, those that have not ended. */
    static List<TwoStacks> parse(String dump) {
        List<TwoStacks> flows = new ArrayList<>();
        for (Json entry : Json.parse(dump.strip()).elements()) {
            Json value = entry.get("formatted").get("value");
            if (value.get("closed_ns").number() == 0) {
                flows.add(
                        new TwoStacks(
                                value.get("visible_isn").number(),
                                value.get("own_isn").number(),
                                (int) value.get("ts_estimate").number()));
            }
        }
        return flows;
    }

    /** How far the initial sequence numbers are apart, either way round. */
    public long isnDistance() {
        return Math.abs((long) (int) (visibleIsn - ownIsn));
    }
}
