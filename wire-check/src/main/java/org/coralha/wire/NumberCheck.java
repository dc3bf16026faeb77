package org.coralha.wire;

/** The rules about sequence numbers, acknowledgements and timestamps of one segment. */
final class NumberCheck {
    private final WireReport report;
    private final boolean gaplessCapture;

    NumberCheck(WireReport report, boolean gaplessCapture) {
        this.report = report;
        this.gaplessCapture = gaplessCapture;
    }

    /** Judges a segment of the service by what went by on its flow before. */
    void judge(Segment segment, FlowState flow) {
        if (segment.checksum() == Segment.ChecksumState.WRONG) {
            return; // said by the rule of checksums; its numbers are anybody's
        }
        if (gaplessCapture && flow.echoesUnsent(segment)) {
            String echo = "TSecr " + segment.options().echo();
            report.violation(WireRule.ECHOES_WHAT_WAS_SENT, segment, flow, echo);
        }
        if (segment.has(Segment.SYN)) {
            if (flow.changesInitial(segment)) {
                report.violation(WireRule.ONE_INITIAL_SEQUENCE, segment, flow, "another SYN-ACK");
            }
            return;
        }
        judgeBytes(segment, flow);
        if (gaplessCapture) {
            judgeByWhatWasSent(segment, flow);
        }
        if (flow.takesAckBack(segment)) {
            String ack = "ack " + u32(segment.ack()) + " goes back";
            report.violation(WireRule.ACKNOWLEDGES_WHAT_WAS_SENT, segment, flow, ack);
        }
        if (flow.lacksTimestamp(segment)) {
            report.violation(WireRule.TIMESTAMPS_STAY, segment, flow, "no timestamp");
        }
        if (flow.timestampBackwards(segment)) {
            String stamp = "TSval " + segment.timestamp();
            report.violation(WireRule.TIMESTAMPS_FORWARD, segment, flow, stamp);
        }
    }

    private void judgeBytes(Segment segment, FlowState flow) {
        String seq = "seq " + u32(segment.seq());
        if (flow.beforeStart(segment) || flow.jumps(segment)) {
            report.violation(WireRule.SEQUENCE_WITHOUT_HOLES, segment, flow, seq);
        } else if (flow.contradicts(segment)) {
            report.violation(WireRule.SAME_BYTES_AGAIN, segment, flow, "other bytes at " + seq);
        }
    }

    private void judgeByWhatWasSent(Segment segment, FlowState flow) {
        if (flow.acknowledgesUnsent(segment)) {
            String ack = "ack " + u32(segment.ack()) + " of unsent bytes";
            report.violation(WireRule.ACKNOWLEDGES_WHAT_WAS_SENT, segment, flow, ack);
        }
        if (flow.sacksUnsent(segment)) {
            String sacks = segment.options().sacks() + " beside ack " + u32(segment.ack());
            report.violation(WireRule.SACKS_WHAT_WAS_SENT, segment, flow, sacks);
        }
    }

    private static String u32(int number) {
        return Integer.toUnsignedString(number);
    }
}
