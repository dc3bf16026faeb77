package org.coralha.sim;

import org.coralha.sim.invariant.RepliesAreWhole;

/** An unmodified client: opens, sends pipelined requests in pieces, repeats, checks every byte. */
final class SimClient {
    private static final long MS = World.MS;
    private static final long REPEAT_NS = 40 * MS;
    private static final int SEGMENT = 24;
    private static final int WINDOW = 72;

    final Flow flow;
    private final World world;
    private final boolean pipelines;
    private final Runnable repeat = this::repeat;
    private final byte[] received;
    private boolean established;
    private long isn;
    private long sendNext;
    private long sendUna;
    private long receiveNext;
    private boolean endSeen;
    private boolean staysOpen;
    private int whole;
    private long givesUpNs = -1;
    private boolean forgotten;

    SimClient(World world, Flow flow) {
        this.world = world;
        this.flow = flow;
        this.pipelines = world.chance.oneIn(2);
        this.staysOpen = flow.endsByServer;
        this.received = new byte[flow.outstreamBytes()];
    }

    void open() {
        world.trace(null, "client opens ", flow.number);
        repeat();
        if (givesUpNs >= 0) {
            world.after(givesUpNs, this::giveUp);
        }
    }

    /** It will reset its connection so long after it began to open it. */
    void givesUpAfter(long ns) {
        givesUpNs = ns;
    }

    private void giveUp() {
        if (!flow.accepted && !isOver()) {
            world.after(MS / 5, this::giveUp); // else one host alone may have accepted it
        } else if (!isOver()) {
            world.trace(null, "client gives up ", flow.number);
            flow.aborted = true;
            send(sendNext, 0, Packet.RST);
            world.clients.over(this);
        }
    }

    /** Its port belongs to another connection from now on. */
    void forget() {
        forgotten = true;
    }

    boolean isOver() {
        return flow.aborted || flow.done;
    }

    boolean hasEnd() {
        return endSeen;
    }

    boolean isEstablished() {
        return established;
    }

    private void repeat() {
        if (isOver()) {
            return;
        }
        if (established) {
            sendNext = sendUna;
            push();
        } else {
            send(0, 0, Packet.SYN);
        }
        world.after(REPEAT_NS, repeat);
    }

    /** Instream bytes that may be sent by now. */
    private long limit() {
        return pipelines
                ? flow.instreamBytes()
                : flow.requestEnd(Math.min(whole, flow.requests() - 1));
    }

    private boolean wantsEnd() {
        return whole == flow.requests() && sendUna >= flow.instreamBytes() && !staysOpen;
    }

    private void push() {
        long limit = Math.min(limit(), sendUna + WINDOW);
        boolean sent = false;
        while (sendNext < limit) {
            int length = (int) Math.min(SEGMENT, limit - sendNext);
            send(sendNext, length, 0);
            sendNext += length;
            sent = true;
        }
        if (wantsEnd() && sendUna == flow.instreamBytes()) {
            send(flow.instreamBytes(), 0, Packet.FIN);
        } else if (!sent) {
            // The end of the handshake, or a sign of life that finds out who is still there.
            send(sendUna, 0, 0);
        }
    }

    private void send(long seq, int length, int flags) {
        long ack = receiveNext + (endSeen ? 1 : 0);
        world.network.fromClient(new Packet(flow, seq, length, null, ack, flags, isn));
    }

    /** A packet of the service arrives. */
    void receive(Packet packet) {
        if (forgotten && !packet.has(Packet.RST)) {
            send(packet.ack(), 0, Packet.RST);
            return;
        }
        if (packet.has(Packet.RST)) {
            if (!isOver()) {
                flow.aborted = true;
                world.trace(null, "client is reset ", flow.number);
                world.invariants.reset(flow.number, world.mustServe());
            }
            return;
        }
        if (flow.aborted) {
            return;
        }
        if (!established) {
            established = true;
            isn = packet.isn();
        } else if (isn != packet.isn()) {
            return; // of a stack that does not know this connection
        }
        boolean moved = packet.ack() > sendUna;
        sendUna = Math.max(sendUna, packet.ack());
        sendNext = Math.max(sendNext, sendUna);
        take(packet);
        if (packet.has(Packet.FIN) && packet.seq() + packet.length() <= receiveNext) {
            if (whole < flow.requests()) {
                wrong(flow + " ends after " + whole + " replies of " + flow.requests());
                return;
            }
            seeEnd();
        }
        if (endSeen && sendUna > flow.instreamBytes() && !flow.done) {
            flow.done = true;
            world.trace(null, "client is done ", flow.number);
            world.clients.over(this);
        }
        if (packet.length() > 0 || packet.has(Packet.FIN)) {
            send(sendNext, 0, 0);
        }
        if (moved || packet.has(Packet.SYN)) {
            push();
        }
    }

    /** Who did not want to end closes its half when it gets round to it. */
    private void seeEnd() {
        if (!endSeen && staysOpen) {
            world.after(
                    world.chance.between(0, 150 * MS),
                    () -> {
                        staysOpen = false;
                        if (!isOver()) {
                            push();
                        }
                    });
        }
        endSeen = true;
    }

    private void take(Packet packet) {
        long end = packet.seq() + packet.length();
        if (packet.length() == 0 || packet.seq() > receiveNext) {
            return;
        }
        if (end > received.length) {
            wrong(flow + " got " + end + " of " + received.length);
            return;
        }
        for (int i = 0; i < packet.length(); i++) {
            int at = (int) packet.seq() + i;
            byte value = packet.bytes()[i];
            if (at < receiveNext) {
                if (received[at] != value) {
                    wrong(flow + " got other bytes at " + at);
                    return;
                }
            } else {
                received[at] = value;
                check(at);
            }
        }
        receiveNext = Math.max(receiveNext, end);
        int before = whole;
        while (whole < flow.requests() && flow.replyEnd(whole) <= receiveNext) {
            whole++;
        }
        if (whole > before) {
            push();
        }
    }

    /** Strict unless the failure model lets both hosts serve without knowing of each other. */
    private void wrong(String how) {
        boolean excused = world.mayMix();
        if (!excused) {
            throw RepliesAreWhole.broken(how);
        }
        flow.aborted = true;
    }

    private void check(int at) {
        int request = 0;
        while (flow.replyEnd(request) <= at) {
            request++;
        }
        int start = flow.replyStart(request);
        if (received[at] != flow.reply(request, received[start], at - start)) {
            wrong(flow + " got a mixed reply to request " + request + " at " + at);
        }
    }
}
