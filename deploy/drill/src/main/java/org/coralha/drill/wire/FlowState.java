package org.coralha.drill.wire;

/** What has been seen of one connection; sequence numbers are compared modulo 2^32. */
final class FlowState {
    private boolean serviceSeen;
    private boolean clientSeen;
    private int initial;
    private boolean initialSeen;
    private int serviceEnd;
    private int clientEnd;
    private int highestAck;
    private boolean ackSeen;
    private long highestTimestamp = -1;
    boolean clientFin;
    boolean clientReset;

    /** Takes the client's segment. */
    void client(Segment segment) {
        clientFin |= segment.has(Segment.FIN);
        clientReset |= segment.has(Segment.RST);
        if (!clientSeen || after(segment.end(), clientEnd)) {
            clientEnd = segment.end();
            clientSeen = true;
        }
    }

    /** True if another initial sequence number was given out on this flow before. */
    boolean changesInitial(Segment synAck) {
        boolean changes = initialSeen && initial != synAck.seq();
        initial = synAck.seq();
        initialSeen = true;
        return changes;
    }

    /** True if bytes between the highest seen and this segment never went by. */
    boolean leavesHole(Segment segment) {
        return serviceSeen && after(segment.seq(), serviceEnd);
    }

    /** True if the segment starts before the first byte of the stream. */
    boolean beforeStart(Segment segment) {
        return initialSeen && after(initial, segment.seq());
    }

    boolean acknowledgesUnsent(Segment segment) {
        return clientSeen && segment.has(Segment.ACK) && after(segment.ack(), clientEnd);
    }

    boolean takesAckBack(Segment segment) {
        return ackSeen && segment.has(Segment.ACK) && after(highestAck, segment.ack());
    }

    boolean timestampBackwards(Segment segment) {
        boolean isNew = !serviceSeen || after(segment.end(), serviceEnd);
        return isNew
                && segment.timestamp() >= 0
                && highestTimestamp >= 0
                && after((int) highestTimestamp, (int) segment.timestamp());
    }

    /** Takes the service's segment, after all questions about it. */
    void service(Segment segment) {
        if (!serviceSeen || after(segment.end(), serviceEnd)) {
            serviceEnd = segment.end();
            serviceSeen = true;
        }
        if (segment.has(Segment.ACK) && (!ackSeen || after(segment.ack(), highestAck))) {
            highestAck = segment.ack();
            ackSeen = true;
        }
        if (segment.timestamp() >= 0
                && (highestTimestamp < 0
                        || after((int) segment.timestamp(), (int) highestTimestamp))) {
            highestTimestamp = segment.timestamp();
        }
    }

    private static boolean after(int left, int right) {
        return left - right > 0;
    }
}
