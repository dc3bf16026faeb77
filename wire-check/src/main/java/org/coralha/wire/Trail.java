package org.coralha.wire;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;

/** The last segments of one connection, both ways: what a violation has to be understood from. */
final class Trail {
    private static final int KEPT = 12;

    private final Deque<Step> steps = new ArrayDeque<>(KEPT);

    /** What is left of a segment: no payload, since thousands of connections have a trail. */
    private record Step(
            long timeMicros, boolean fromClient, int flags, int seq, int ack, int payloadBytes) {
        String text() {
            return String.format(
                    Locale.ROOT,
                    "%.6f s %s %s seq %s ack %s, %d bytes",
                    timeMicros / 1e6,
                    fromClient ? "client" : "service",
                    names(flags),
                    Integer.toUnsignedString(seq),
                    Integer.toUnsignedString(ack),
                    payloadBytes);
        }

        private static String names(int flags) {
            StringBuilder names = new StringBuilder();
            append(names, flags, Segment.SYN, "SYN ");
            append(names, flags, Segment.FIN, "FIN ");
            append(names, flags, Segment.RST, "RST ");
            append(names, flags, Segment.ACK, "ACK ");
            return names.toString().strip();
        }

        private static void append(StringBuilder to, int flags, int flag, String name) {
            to.append((flags & flag) == 0 ? "" : name);
        }
    }

    void add(Segment segment, boolean fromClient) {
        if (steps.size() == KEPT) {
            steps.removeFirst();
        }
        steps.addLast(
                new Step(
                        segment.timeMicros(),
                        fromClient,
                        segment.flags(),
                        segment.seq(),
                        segment.ack(),
                        segment.payloadBytes()));
    }

    /** A line for each segment, oldest first. */
    @Override
    public String toString() {
        StringBuilder lines = new StringBuilder();
        steps.forEach(step -> lines.append("\n    ").append(step.text()));
        return lines.toString();
    }
}
