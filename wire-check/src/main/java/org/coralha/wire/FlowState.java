package org.coralha.wire;

import java.util.List;

/** What has been seen of one connection; sequence numbers are compared modulo 2^32. */
final class FlowState {
    /** Packets that left within this time can overtake each other, in microseconds. */
    static final long OVERTAKING_MICROS = 50_000;

    private final int clientInitial;
    private final long sinceMicros;
    private final ByteRanges sent = new ByteRanges();
    private final SentBytes bytes = new SentBytes();
    private boolean serviceSeen;
    private boolean clientSeen;
    private int initial;
    private boolean initialSeen;
    private int serviceEnd;
    private int clientEnd;
    private int highestAck;
    private long highestAckMicros;
    private boolean ackSeen;
    private final boolean clientStamps;
    private boolean bothStamp;
    private long highestTimestamp = -1;
    private long highestTimestampMicros;
    private long clientTimestamp = -1;
    private int clientAck;
    private boolean clientAcked;
    private long sender = -1;
    private int handovers;
    private final Trail trail = new Trail();
    private boolean serviceFin;
    private int serviceFinEnd;
    private boolean clientFin;
    private boolean clientReset;

    /**
     * @param syn of the client
     */
    FlowState(Segment syn) {
        this.clientInitial = syn.seq();
        this.sinceMicros = syn.timeMicros();
        this.clientStamps = syn.timestamp() >= 0;
    }

    /** When the client's first SYN went by. */
    long sinceMicros() {
        return sinceMicros;
    }

    /**
     * How many bytes of the service are before this sequence number, counted on beyond 32 bits;
     * once its initial sequence number is known.
     */
    long outstreamOffset(int seq) {
        return sent.offset(seq) - Integer.toUnsignedLong(initial) - 1;
    }

    /** True if this SYN of the client is the one that began the flow, perhaps repeated. */
    boolean beganWith(Segment syn) {
        return syn.seq() == clientInitial;
    }

    /** True if this SYN-ACK answers the SYN that began the flow. */
    boolean answeredBy(Segment synAck) {
        return synAck.ack() == clientInitial + 1;
    }

    /**
     * True if this segment of the service, which comes before any SYN-ACK, is still about the
     * connection that had the port before: a stack that has not forgotten it answers a SYN with an
     * acknowledgement in its numbers.
     */
    boolean isAnsweredByPredecessor(Segment segment) {
        return !initialSeen && !segment.has(Segment.SYN);
    }

    /** Takes the client's segment. */
    void client(Segment segment) {
        trail.add(segment, true);
        clientFin |= segment.has(Segment.FIN);
        clientReset |= segment.has(Segment.RST);
        long stamp = segment.timestamp();
        if (stamp >= 0 && (clientTimestamp < 0 || after((int) stamp, (int) clientTimestamp))) {
            clientTimestamp = stamp;
        }
        if (!clientSeen || after(segment.end(), clientEnd)) {
            clientEnd = segment.end();
            clientSeen = true;
        }
        if (segment.has(Segment.ACK)
                && !segment.has(Segment.RST)
                && (!clientAcked || after(segment.ack(), clientAck))) {
            clientAck = segment.ack();
            clientAcked = true;
        }
    }

    /** True if the client has reset the connection. */
    boolean clientReset() {
        return clientReset;
    }

    /** Notes that this segment of the service went by, before it is judged. */
    void passes(Segment segment) {
        trail.add(segment, false);
    }

    /** The last segments, one per line. */
    String trail() {
        return trail.toString();
    }

    /**
     * True if both sides have ended in order.
     *
     * @param acknowledged true to ask as well that the client has acknowledged the service's end
     */
    boolean isOver(boolean acknowledged) {
        boolean known = clientAcked && !after(serviceFinEnd, clientAck);
        return clientFin && serviceFin && (known || !acknowledged);
    }

    /** True if the client has ended its side, in order or not. */
    boolean clientEnded() {
        return clientFin || clientReset;
    }

    /** True if another initial sequence number was given out on this flow before. */
    boolean changesInitial(Segment synAck) {
        boolean changes = initialSeen && initial != synAck.seq();
        initial = synAck.seq();
        initialSeen = true;
        return changes;
    }

    /** True if the segment starts further ahead than any window allows. */
    boolean jumps(Segment segment) {
        return sent.isFarAhead(segment.seq());
    }

    /**
     * True if bytes are missing between those that went by. A client that has ended need not get
     * what it has not acknowledged.
     */
    boolean hasHole() {
        return acknowledgedUnseen() || (sent.hasHole() && !clientEnded());
    }

    private boolean acknowledgedUnseen() {
        return clientAcked && !sent.isWholeBefore(clientAck);
    }

    /**
     * True if the segment comes from another host than the one before it, and the connection was
     * handed over already.
     */
    boolean changesSenderAgain(Segment segment) {
        boolean changes = sender >= 0 && sender != segment.sourceMac();
        sender = segment.sourceMac();
        if (changes) {
            handovers++;
        }
        return changes && handovers > 1;
    }

    /** True if other bytes went by under these sequence numbers. */
    boolean contradicts(Segment segment) {
        if (!serviceSeen || segment.has(Segment.SYN)) {
            return false;
        }
        return bytes.contradicts(sent.offset(segment.seq()), segment.payload());
    }

    /** True if the segment starts before the first byte of the stream. */
    boolean beforeStart(Segment segment) {
        return initialSeen && after(initial, segment.seq());
    }

    boolean acknowledgesUnsent(Segment segment) {
        return clientSeen && segment.has(Segment.ACK) && after(segment.ack(), clientEnd);
    }

    /** True if the segment echoes a timestamp later than any of the client. */
    boolean echoesUnsent(Segment segment) {
        long echo = segment.options().echo();
        return echo > 0 && clientTimestamp >= 0 && after((int) echo, (int) clientTimestamp);
    }

    /** True if a block of selective acknowledgements is none that a receiver can send. */
    boolean sacksUnsent(Segment segment) {
        List<TcpOptions.Sack> sacks = segment.options().sacks();
        for (int i = 0; i < sacks.size(); i++) {
            TcpOptions.Sack sack = sacks.get(i);
            // RFC 2883: the first block may tell of bytes that were acknowledged before.
            boolean tellsOfDuplicate = i == 0 && !after(sack.right(), segment.ack());
            if (!after(sack.right(), sack.left())
                    || after(sack.right(), clientEnd)
                    || !after(sack.left(), clientInitial)
                    || !tellsOfDuplicate && after(segment.ack(), sack.left())) {
                return true;
            }
        }
        return false;
    }

    boolean takesAckBack(Segment segment) {
        return ackSeen
                && segment.has(Segment.ACK)
                && after(highestAck, segment.ack())
                && segment.timeMicros() - highestAckMicros > OVERTAKING_MICROS;
    }

    /** True if both have agreed to timestamps, and the service's segment has none. */
    boolean lacksTimestamp(Segment segment) {
        return bothStamp && segment.timestamp() < 0;
    }

    boolean timestampBackwards(Segment segment) {
        boolean isNew = !serviceSeen || after(segment.end(), serviceEnd);
        return isNew
                && segment.timestamp() >= 0
                && highestTimestamp >= 0
                && after((int) highestTimestamp, (int) segment.timestamp())
                && segment.timeMicros() - highestTimestampMicros > OVERTAKING_MICROS;
    }

    /** Takes the service's segment, after all questions about it. */
    void service(Segment segment) {
        sent.add(segment.seq(), segment.end());
        if (segment.has(Segment.SYN)) {
            bothStamp |= clientStamps && segment.timestamp() >= 0;
        }
        if (!serviceSeen || after(segment.end(), serviceEnd)) {
            serviceEnd = segment.end();
            serviceSeen = true;
        }
        if (segment.has(Segment.ACK) && (!ackSeen || after(segment.ack(), highestAck))) {
            highestAck = segment.ack();
            highestAckMicros = segment.timeMicros();
            ackSeen = true;
        }
        if (segment.timestamp() >= 0
                && (highestTimestamp < 0
                        || after((int) segment.timestamp(), (int) highestTimestamp))) {
            highestTimestamp = segment.timestamp();
            highestTimestampMicros = segment.timeMicros();
        }
        if (segment.has(Segment.FIN)) {
            serviceFin = true;
            serviceFinEnd = segment.end();
        }
        if (serviceFin && clientFin && !hasHole()) {
            bytes.clear(); // thousands of connections that have ended need no memory
        }
    }

    private static boolean after(int left, int right) {
        return left - right > 0;
    }
}
