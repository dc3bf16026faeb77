package org.coralha.jetty.io.jetty;

import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ReadPendingException;
import java.nio.channels.SocketChannel;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReference;
import org.coralha.jetty.duplex.HeldEnds;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.IdleTimeout;
import org.eclipse.jetty.util.Callback;

/**
 * A client's connection as Jetty sees it, in every role. The input side owns the fill interest, so
 * that the reader can change (standby, then HTTP) while an interest is registered with the socket,
 * and serves replayed bytes before the socket's. The output side is {@link Outbound}.
 */
final class FlowEndPoint extends DelegatingEndPoint {
    private final Executor executor;
    private final HeldEnds ends;
    private final Outbound out;
    private final AtomicReference<Callback> interest = new AtomicReference<>();
    private final Callback pump = new Pump();
    private volatile Replay replay;
    private volatile boolean gated;
    private volatile Runnable onUpgradedClosed = () -> {};

    FlowEndPoint(EndPoint socket, Executor executor, HeldEnds ends) {
        super(socket);
        this.executor = executor;
        this.ends = ends;
        this.out = new Outbound(this, socket, executor);
    }

    Outbound out() {
        return out;
    }

    /** As {@link Outbound#endReply}, through the fault point in its path. */
    void endReply(long consumed, boolean last) {
        if (!out.isProtected() || !ends.hold(() -> out.endReply(consumed, last))) {
            out.endReply(consumed, last);
        }
    }

    /** Nothing is read until {@link #openGate}; before any interest is registered. */
    void closeGate() {
        gated = true;
    }

    void openGate() {
        gated = false;
        if (interest.get() != null) {
            socket.tryFillInterested(pump);
        }
    }

    /** Hands the input to another reader: the old one's interest is forgotten. */
    void switchReader(Replay source) {
        interest.set(null);
        replay = source;
    }

    /** The socket is closed: what was not replayed is dropped. */
    void dropReplay() {
        Replay source = replay;
        replay = null;
        if (source != null) {
            source.close();
        }
    }

    @Override
    public int fill(ByteBuffer buffer) throws IOException {
        if (out.isCloseAsked()) {
            return -1;
        }
        if (gated) {
            return 0;
        }
        Replay source = replay;
        if (source == null) {
            return socket.fill(buffer);
        }
        int count = source.fill(buffer, socket);
        if (source.isOver()) {
            replay = null;
        }
        return count;
    }

    @Override
    public void fillInterested(Callback callback) {
        if (!tryFillInterested(callback)) {
            throw new ReadPendingException();
        }
    }

    @Override
    public boolean tryFillInterested(Callback callback) {
        if (!interest.compareAndSet(null, callback)) {
            return false;
        }
        Replay source = replay;
        if (gated) {
            return true;
        }
        if (source != null && source.hasRemaining()) {
            if (interest.compareAndSet(callback, null)) {
                executor.execute(callback::succeeded);
            }
        } else {
            socket.tryFillInterested(pump);
        }
        return true;
    }

    @Override
    public boolean isFillInterested() {
        return interest.get() != null;
    }

    /**
     * Called by the socket. It may find no interest: then the next one finds the bytes still there,
     * because selection is level-triggered.
     */
    private final class Pump implements Callback {
        @Override
        public void succeeded() {
            Callback reader = interest.getAndSet(null);
            if (reader != null) {
                reader.succeeded();
            }
        }

        @Override
        public void failed(Throwable cause) {
            Callback reader = interest.getAndSet(null);
            if (reader != null) {
                reader.failed(cause);
            }
        }

        @Override
        public InvocationType getInvocationType() {
            Callback reader = interest.get();
            return reader == null ? InvocationType.NON_BLOCKING : reader.getInvocationType();
        }
    }

    @Override
    public void write(Callback callback, ByteBuffer... buffers) {
        if (socket instanceof IdleTimeout timed) {
            timed.notIdle(); // what is held does not touch the socket, and is progress all the same
        }
        out.write(callback, buffers);
    }

    @Override
    public Callback cancelWrite(Throwable cause) {
        return out.cancelWrite(cause);
    }

    @Override
    public void shutdownOutput() {
        out.shutdownOutput();
    }

    @Override
    public void close(Throwable cause) {
        out.close(cause);
    }

    @Override
    public boolean isOpen() {
        return !out.isCloseAsked() && socket.isOpen();
    }

    @Override
    public boolean isOutputShutdown() {
        return out.isShutdownAsked() || socket.isOutputShutdown();
    }

    /** What to do when the socket is closed after another protocol took the connection over. */
    void whenUpgradedClosed(Runnable action) {
        onUpgradedClosed = action;
    }

    private final class UpgradedListener implements Connection.Listener {
        @Override
        public void onClosed(Connection connection) {
            onUpgradedClosed.run();
            out.onSocketClosed(null);
        }
    }

    /** Closes the socket at once and without waiting for anything; the client gets a reset. */
    void cut(Throwable cause) {
        if (getTransport() instanceof SocketChannel channel) {
            try {
                channel.setOption(StandardSocketOptions.SO_LINGER, 0);
            } catch (IOException e) {
                // closed already
            }
        }
        socket.close(cause);
    }

    /** Another protocol takes the connection over: it is not protected any more. */
    @Override
    public void upgrade(Connection next) {
        out.unprotect();
        next.addEventListener(new UpgradedListener());
        socket.upgrade(next);
    }
}
