package org.coralha.wire;

import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** What a check found. Filled by {@link WireCheck}, then only read. */
public final class WireReport {
    private static final int KEPT_PER_RULE = 5;

    private final Map<WireRule, Long> counts = new EnumMap<>(WireRule.class);
    private final Set<Integer> ports = new TreeSet<>();
    private final List<String> details = new ArrayList<>();
    private long serviceSegments;
    private long flows;
    private long unchecked;
    private long strangers;
    private long logged;

    void violation(WireRule rule, Segment segment, String detail) {
        violation(
                rule,
                segment.destinationPort(),
                String.format(
                        Locale.ROOT,
                        "%.6f s %s > %s: %s",
                        segment.timeMicros() / 1e6,
                        segment.source(),
                        segment.destination(),
                        detail));
    }

    void violation(WireRule rule, Segment segment, FlowState flow, String detail) {
        violation(rule, segment, detail + flow.trail());
    }

    void violation(WireRule rule, int clientPort, String detail) {
        if (counts.merge(rule, 1L, Long::sum) <= KEPT_PER_RULE) {
            ports.add(clientPort);
            details.add(rule + " " + detail);
        }
    }

    void countService() {
        serviceSegments++;
    }

    void countFlow() {
        flows++;
    }

    void countStranger() {
        strangers++;
    }

    void countLogged() {
        logged++;
    }

    void countUnchecked() {
        unchecked++;
    }

    /** Segments that the service sent. */
    public long serviceSegments() {
        return serviceSegments;
    }

    /** Connections seen. */
    public long flows() {
        return flows;
    }

    /** Segments of the service whose TCP checksum could not be judged: cut or left to the card. */
    public long unchecked() {
        return unchecked;
    }

    /** Segments of the service on connections whose beginning was not captured. */
    public long strangers() {
        return strangers;
    }

    /** Segments of the service that were held against the hosts' journals of the reply log. */
    public long logged() {
        return logged;
    }

    /** Violations of the rule. */
    public long count(WireRule rule) {
        return counts.getOrDefault(rule, 0L);
    }

    /** Violations of all rules. */
    public long violations() {
        return counts.values().stream().mapToLong(Long::longValue).sum();
    }

    /** True if no rule was violated. */
    public boolean clean() {
        return counts.isEmpty();
    }

    /** Client ports of the first violations. */
    public Set<Integer> ports() {
        return Collections.unmodifiableSet(ports);
    }

    /** The first violations in words. */
    public List<String> details() {
        return Collections.unmodifiableList(details);
    }

    @Override
    public String toString() {
        return serviceSegments
                + " segments of the service on "
                + flows
                + " flows, "
                + unchecked
                + " unchecked, "
                + strangers
                + " of connections from before, "
                + (logged == 0 ? "" : logged + " held against the reply log, ")
                + "violations "
                + counts
                + (details.isEmpty() ? "" : "\n  " + String.join("\n  ", details));
    }
}
