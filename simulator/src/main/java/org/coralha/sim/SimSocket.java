package org.coralha.sim;

import java.util.Arrays;

/** The kernel's side of one connection of a host: TCP by offsets, and the data plane's entry. */
final class SimSocket {
    /** What the data plane knows of it. */
    enum Kind {
        /** This host stands by. */
        REPLICA,
        /** The peer stands by. */
        GUARDED,
        /** Only this host has it. */
        LOCAL,
        /** Was a replica. */
        PROMOTED
    }

    private static final int BUFFER = 96;
    private static final int SEGMENT = 24;
    private static final long REPEAT_NS = 40 * World.MS;
    private static final long IDLE_NS = 1_000 * World.MS;

    private final SimHost host;
    private final Flow flow;
    private final Runnable repeat = this::repeat;
    private Kind kind;
    private Peer owner;
    private long isn;
    private boolean accepting;
    private boolean gone;
    private boolean reset;
    private boolean idle;
    private long receiveNext;
    private long readNext;
    private boolean endReceived;
    private byte[] out = new byte[64];
    private int outLength;
    private long base;
    private long clientAck;
    private long sendUna;
    private long peerAck;
    private long wireAck;
    private boolean endQueued;
    private boolean repeats;

    /** Whoever reads the socket. */
    interface Peer {
        /** Something to read, or the client's end, is there. */
        void readable();
    }

    SimSocket(SimHost host, Flow flow, Kind kind) {
        this.host = host;
        this.flow = flow;
        this.kind = kind;
        this.isn = host.world.nextIsn();
    }

    Flow flow() {
        return flow;
    }

    Kind kind() {
        return kind;
    }

    long clientAck() {
        return clientAck;
    }

    long base() {
        return base;
    }

    long peerAck() {
        return peerAck;
    }

    /** The client was told that much. */
    void acknowledged(long ack) {
        wireAck = Math.max(wireAck, ack);
    }

    /** The backup's stack has received that much. */
    void reported(long ack) {
        if (ack > peerAck) {
            peerAck = ack;
            acknowledge();
            finish();
        }
    }

    /** Nobody replicates it any more: what is owed is paid. */
    void alone() {
        if (kind == Kind.GUARDED) {
            kind = Kind.LOCAL;
            acknowledge();
            finish();
        }
    }

    /** True once the handshake is done. */
    boolean isEstablished() {
        return accepting;
    }

    /** Was a replica, of which the client has closed its half and own stack said nothing. */
    boolean isUnusedReplica() {
        boolean replica = kind == Kind.REPLICA || kind == Kind.PROMOTED;
        return replica && endReceived && outLength == 0 && !endQueued;
    }

    /** The client has closed its half. */
    boolean isHalfOpen() {
        return endReceived;
    }

    /** The client has reset it; who reads it is told like of its end. */
    boolean wasReset() {
        return reset;
    }

    /** The client resets it. */
    void reset() {
        if (!gone) {
            Peer reader = owner;
            reset = true;
            vanish();
            host.plane.forget(this);
            if (reader != null) {
                reader.readable();
            }
        }
    }

    /** Its client is gone, for the port belongs to another one: Jetty gives it up after a while. */
    void idle() {
        if (!idle) {
            idle = true;
            host.world.after(IDLE_NS, this::reset);
        }
    }

    /** A packet of another connection of the same port: only its client can say what is true. */
    void challenge() {
        acknowledge();
    }

    boolean isGone() {
        return gone;
    }

    void owner(Peer reader) {
        owner = reader;
    }

    // ---- from the client ------------------------------------------------------------------

    void input(Packet packet) {
        if (gone) {
            return;
        }
        if (packet.has(Packet.RST)) {
            reset();
            return;
        }
        if (kind == Kind.REPLICA && !accepting && packet.ack() > 0) {
            // Not of the handshake that was seen here: nobody knows where the server began.
            host.plane.keepOut(packet);
            return;
        }
        if (kind == Kind.REPLICA && host.plane.isOwn() && packet.has(Packet.SYN)) {
            kind = Kind.LOCAL; // the handshake begins again, with this host
        } else if (kind == Kind.REPLICA && host.plane.isOwn()) {
            isn = accepting ? isn : packet.isn();
            clientAck = Math.max(clientAck, packet.ack());
            promote();
        }
        if (packet.has(Packet.SYN)) {
            out(0, 0, Packet.SYN);
            return;
        }
        if (kind == Kind.REPLICA && !accepting) {
            isn = packet.isn();
        } else if (isn != packet.isn()) {
            host.plane.refuse(packet);
            return;
        }
        if (!accepting) {
            accepting = true;
            host.jetty.accept(this);
        }
        acked(packet.ack());
        take(packet);
        if (packet.length() > 0 || packet.has(Packet.FIN)) {
            acknowledge();
        }
        finish();
    }

    private void acked(long ack) {
        clientAck = Math.max(clientAck, ack);
        if (kind != Kind.REPLICA) {
            sendUna = Math.max(sendUna, Math.min(ack, sendEnd() + (endQueued ? 1 : 0)));
        }
    }

    private void take(Packet packet) {
        long end = packet.seq() + packet.length();
        boolean more = false;
        if (packet.seq() <= receiveNext && end > receiveNext) {
            long to = Math.min(end, readNext + BUFFER);
            more = to > receiveNext;
            receiveNext = Math.max(receiveNext, to);
        }
        if (packet.has(Packet.FIN) && end == receiveNext && !endReceived) {
            endReceived = true;
            more = true;
        }
        if (kind == Kind.REPLICA) {
            flow.replicatedEnd = Math.max(flow.replicatedEnd, ack());
        }
        if (more && owner != null) {
            owner.readable();
        }
    }

    private long ack() {
        return receiveNext + (endReceived ? 1 : 0);
    }

    void acknowledge() {
        if (!gone) {
            out(sendEnd(), 0, 0);
        }
    }

    /** Translation begins: what own stack sends first continues what the client has. */
    void promote() {
        kind = Kind.PROMOTED;
        base = clientAck;
        sendUna = base;
    }

    // ---- for the process ------------------------------------------------------------------

    boolean hasUnread() {
        return readNext < receiveNext;
    }

    boolean isEndRead() {
        return endReceived && readNext == receiveNext;
    }

    /** The unread bytes, read. */
    byte[] read() {
        byte[] bytes = flow.instream(readNext, receiveNext);
        readNext = receiveNext;
        return bytes;
    }

    void write(byte[] bytes, int offset, int length) {
        if (outLength + length > out.length) {
            out = Arrays.copyOf(out, Math.max(2 * out.length, outLength + length));
        }
        System.arraycopy(bytes, offset, out, outLength, length);
        outLength += length;
        transmit(sendEnd() - length);
    }

    void end() {
        if (!endQueued && !gone) {
            endQueued = true;
            transmit(sendEnd());
        }
    }

    /** Closed without a word, or with a reset. */
    void cut(boolean reset) {
        if (!gone) {
            if (reset) {
                out(sendEnd(), 0, Packet.RST);
            }
            vanish();
            host.plane.closed(this);
        }
    }

    void vanish() {
        gone = true;
        owner = null;
    }

    private long sendEnd() {
        return base + outLength;
    }

    private void transmit(long from) {
        if (gone) {
            return;
        }
        for (long at = from; at < sendEnd(); at += SEGMENT) {
            out(at, (int) Math.min(SEGMENT, sendEnd() - at), 0);
        }
        if (endQueued) {
            out(sendEnd(), 0, Packet.FIN);
        }
        if (!repeats) {
            repeats = true;
            host.world.after(REPEAT_NS, repeat);
        }
    }

    private void repeat() {
        repeats = false;
        if (gone || sendUna >= sendEnd() + (endQueued ? 1 : 0)) {
            return;
        }
        if (host.isUp()) {
            transmit(Math.max(base, Math.min(sendUna, sendEnd())));
        } else {
            repeats = true;
            host.world.after(REPEAT_NS, repeat);
        }
    }

    private void out(long seq, int length, int flags) {
        byte[] bytes = null;
        if (length > 0) {
            int from = (int) (seq - base);
            bytes = Arrays.copyOfRange(out, from, from + length);
        }
        host.plane.egress(this, new Packet(flow, seq, length, bytes, ack(), flags, isn));
    }

    /** Both sides have ended, and the client has been told that its own end was received. */
    private void finish() {
        boolean owes = wireAck < ack();
        if (endReceived && endQueued && sendUna > sendEnd() && !owes && !gone) {
            vanish();
            host.plane.closed(this);
        }
    }
}
