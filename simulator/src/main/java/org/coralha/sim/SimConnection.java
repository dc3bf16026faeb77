package org.coralha.sim;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import org.coralha.jetty.core.ByteQueue;
import org.coralha.jetty.duplex.HeldReplies;
import org.coralha.jetty.duplex.ReplyLog;
import org.coralha.sim.invariant.RepliesAreWhole;

/** A connection that executes requests: reads, executes one after the other, holds, writes. */
final class SimConnection implements SimSocket.Peer, ReplyLog.Holder {
    private static final int PIECE = 1 << 16;

    private final SimModule module;
    private final SimSocket socket;
    private final Flow flow;
    private final World world;
    private final Reading reading;
    private final long incarnation;
    private final long firstOrdinal;
    private final ByteQueue logged;
    private HeldReplies held;
    private boolean gated;
    private boolean busy;
    private boolean endWanted;
    private boolean closed;
    private long parsed;
    private long socketAt;
    private int request;
    private byte[] ahead = new byte[0];
    private int aheadAt;

    /**
     * @param consumed instream bytes taken by earlier requests
     * @param ordinal number of the next request
     * @param logged instream read by a standby connection before, or null
     */
    SimConnection(
            SimModule module,
            SimSocket socket,
            long incarnation,
            long consumed,
            long ordinal,
            ByteQueue logged) {
        this.module = module;
        this.socket = socket;
        this.flow = socket.flow();
        flow.accepted = true;
        this.world = module.host.world;
        this.reading = new Reading(module.host, this::read);
        this.incarnation = incarnation;
        this.firstOrdinal = ordinal;
        this.logged = logged;
        this.parsed = consumed;
        this.socketAt = logged == null ? 0 : logged.end();
        this.request = (int) ordinal;
        socket.owner(this);
    }

    void begin(HeldReplies replies) {
        held = replies;
        gated = held != null && held.isProtected();
        pump();
        reading.soon();
    }

    boolean isProtected() {
        return held != null && held.isProtected();
    }

    @Override
    public void readable() {
        reading.soon();
    }

    @Override
    public void onReleased(long lsn) {
        if (held.takeOpened(lsn)) {
            gated = false;
            reading.soon();
        }
        pump();
    }

    void release() {
        if (held != null) {
            held.release();
        }
        gated = false;
        reading.soon();
        pump();
    }

    private void read() {
        if (socket.wasReset() && !closed) {
            cut();
            return;
        }
        if (closed || socket.isGone() || gated || busy) {
            return;
        }
        if (logged != null && parsed < logged.end()) {
            replay();
        } else if (socket.hasUnread()) {
            fromSocket();
        }
        if (!busy && request == flow.requests() && socket.isEndRead()) {
            finish();
        } else if (!busy && (logged != null && parsed < logged.end() || socket.hasUnread())) {
            reading.soon();
        }
    }

    private void replay() {
        try {
            List<ByteBuffer> pieces = logged.peek(parsed, logged.end(), PIECE, 16);
            for (ByteBuffer piece : pieces) {
                while (piece.hasRemaining() && !busy) {
                    parse(piece.get());
                }
            }
            logged.trimTo(parsed);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private void fromSocket() {
        if (logged != null) {
            logged.close();
        }
        if (aheadAt == ahead.length) {
            ahead = socket.read();
            aheadAt = 0;
        }
        while (aheadAt < ahead.length && !busy) {
            byte next = ahead[aheadAt++];
            if (socketAt++ >= parsed) {
                parse(next);
            }
        }
    }

    private void parse(byte value) {
        if (value != flow.instream(parsed)) {
            throw RepliesAreWhole.broken(flow + " parses another byte at " + parsed);
        }
        parsed++;
        if (parsed == flow.requestEnd(request)) {
            busy = true;
            boolean slow = world.chance.oneIn(3);
            long takesNs = world.chance.between(100_000, (slow ? 90 : 5) * World.MS);
            world.after(takesNs, this::execute);
        }
    }

    private void execute() {
        if (closed || socket.isGone() || !module.host.jetty.isAlive()) {
            return;
        }
        if (!module.host.jetty.runs()) {
            world.after(3 * World.MS, this::execute);
            return;
        }
        world.invariants.executed(flow.number, request, flow.loggedReplies);
        byte[] reply = flow.newReply(request);
        if (world.isTracing()) {
            world.trace(module.host, "executes " + flow + "/" + incarnation + " request ", request);
        }
        request++;
        reply(reply);
        busy = false;
        pump();
        reading.soon();
        if (aheadAt < ahead.length) {
            fromSocket();
        }
    }

    private void reply(byte[] reply) {
        endWanted = flow.endsByServer && request == flow.requests();
        if (held == null || !held.isLogging()) {
            if (held != null) {
                write(held, socket);
            }
            socket.write(reply, 0, reply.length);
            return;
        }
        held.beginReply();
        held.write(new ByteBuffer[] {ByteBuffer.wrap(reply)});
        held.endReply(parsed, endWanted);
    }

    /** The client has ended, and everything is answered. */
    private void finish() {
        if (!endWanted) {
            endWanted = true;
            if (held != null) {
                held.end();
            }
            pump();
        }
    }

    private void pump() {
        if (closed || socket.isGone()) {
            return;
        }
        if (held != null) {
            held.settle(0);
            write(held, socket);
        }
        if (endWanted && (held == null || held.isEndFree() && held.isDrained())) {
            closed = true;
            socket.end();
            if (held != null) {
                held.close();
            }
            if (logged != null) {
                logged.close();
            }
            module.closed(this);
        }
    }

    /** Writes what may leave. */
    static void write(HeldReplies held, SimSocket socket) {
        if (held == null) {
            return;
        }
        try {
            for (ByteBuffer piece : held.writable(PIECE, 64)) {
                byte[] bytes = new byte[piece.remaining()];
                piece.get(bytes);
                socket.write(bytes, 0, bytes.length);
                held.settle(bytes.length);
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The service is cut off on this host. */
    void cut() {
        closed = true;
        socket.cut(false);
        if (held != null) {
            held.end();
            held.close();
        }
        if (logged != null) {
            logged.close();
        }
        module.closed(this);
    }

    @Override
    public String toString() {
        return flow + " from " + firstOrdinal;
    }
}
