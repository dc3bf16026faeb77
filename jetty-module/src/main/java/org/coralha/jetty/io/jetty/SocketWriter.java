package org.coralha.jetty.io.jetty;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.util.IteratingCallback;

/** Moves released bytes into the socket; {@link #iterate} may be called by any thread. */
final class SocketWriter extends IteratingCallback {
    /** Where the bytes come from. Called by one thread at a time. */
    interface Source {
        /**
         * What is to be done now.
         *
         * @param written bytes of the last step, which are in the socket now
         */
        Step next(long written) throws IOException;

        /** The socket does not take the bytes. */
        void fail(Throwable cause);
    }

    /**
     * One step.
     *
     * @param buffers to write; empty if there is nothing to write
     * @param first to be run before, null if nothing is
     */
    record Step(List<ByteBuffer> buffers, Runnable first) {
        static final Step NOTHING = new Step(List.of(), null);
    }

    private final EndPoint socket;
    private final Source source;
    private long inFlight;

    SocketWriter(EndPoint socket, Source source) {
        this.socket = socket;
        this.source = source;
    }

    @Override
    protected Action process() throws IOException {
        long written = inFlight;
        inFlight = 0;
        Step step = source.next(written);
        step.buffers.forEach(buffer -> inFlight += buffer.remaining());
        if (step.first != null) {
            step.first.run();
        }
        if (step.buffers.isEmpty()) {
            return Action.IDLE;
        }
        socket.write(this, step.buffers.toArray(ByteBuffer[]::new));
        return Action.SCHEDULED;
    }

    @Override
    protected void onCompleteFailure(Throwable cause) {
        source.fail(cause);
    }

    @Override
    public InvocationType getInvocationType() {
        return InvocationType.NON_BLOCKING;
    }
}
