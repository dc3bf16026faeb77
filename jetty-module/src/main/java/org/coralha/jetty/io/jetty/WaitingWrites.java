package org.coralha.jetty.io.jetty;

import java.nio.ByteBuffer;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.eclipse.jetty.util.Callback;

/**
 * What waits for the outstream of one flow: a write, an interim reply, a reader that is kept from
 * running ahead. Guarded by the lock of its {@link Outbound}; whatever it calls back runs on the
 * executor, so never under that lock while Jetty runs.
 */
final class WaitingWrites {
    private final Executor executor;
    private Callback onWritten; // of the interim reply that ends at writtenMark
    private long writtenMark;
    private Write parked; // waits for room or for the queue
    private Runnable paced;
    private Runnable onFirstByte;

    /** What Jetty wants to write. */
    record Write(Callback callback, ByteBuffer[] buffers) {}

    WaitingWrites(Executor executor) {
        this.executor = executor;
    }

    /** A write is done later; gives back what is to be run now, without the lock. */
    Runnable park(Callback callback, ByteBuffer[] buffers, Runnable next) {
        parked = new Write(callback, buffers);
        return next;
    }

    boolean isParked() {
        return parked != null;
    }

    /** Takes the parked write, null if there is none. */
    Write unpark() {
        Write write = parked;
        parked = null;
        return write;
    }

    /** A write is done without anything being written; what is given back says so. */
    static Runnable drop(Callback callback, ByteBuffer[] buffers) {
        for (ByteBuffer buffer : buffers) {
            buffer.position(buffer.limit());
        }
        return callback::succeeded;
    }

    /** A write is done; the step comes first, also without the lock. */
    static Runnable after(Runnable step, Callback callback) {
        return () -> {
            step.run();
            callback.succeeded();
        };
    }

    /** The callback is told when the outstream is written up to that byte; gives the step back. */
    Runnable awaitWritten(Callback callback, long mark, Runnable next) {
        onWritten = callback;
        writtenMark = mark;
        return next;
    }

    /** Takes the write that waits, of either kind; null if none does. */
    Callback cancel() {
        Write write = unpark();
        if (write != null) {
            return write.callback;
        }
        Callback taken = onWritten;
        onWritten = null;
        return taken;
    }

    /** Is run when little is waiting for the socket. */
    void pace(Runnable action) {
        paced = action;
    }

    /** Little is waiting for the socket. */
    void goOn() {
        if (paced != null) {
            dispatch(paced);
            paced = null;
        }
    }

    /** Is run when the next byte is handed to the socket. */
    void atFirstByte(Runnable action) {
        onFirstByte = action;
    }

    /** Takes what is to be run with the first byte, null if nothing is. */
    Runnable takeFirstByte() {
        Runnable taken = onFirstByte;
        onFirstByte = null;
        return taken;
    }

    /** The outstream is written up to that byte. */
    void written(long end) {
        if (onWritten != null && end >= writtenMark) {
            Callback done = onWritten;
            onWritten = null;
            dispatch(done::succeeded);
        }
    }

    /** Takes everything; what is returned fails it and is to be run without the lock. */
    Runnable takeAll(Throwable cause) {
        Write waiting = unpark();
        Callback interimDone = onWritten;
        Runnable next = paced;
        onWritten = null;
        paced = null;
        return () -> {
            if (waiting != null) {
                dispatch(() -> waiting.callback.failed(cause));
            }
            if (interimDone != null) {
                dispatch(() -> interimDone.failed(cause));
            }
            if (next != null) {
                dispatch(next);
            }
        };
    }

    /** Runs the work on another thread if there is one. */
    void dispatch(Runnable work) {
        try {
            executor.execute(work);
        } catch (RejectedExecutionException e) {
            work.run(); // Jetty stops: its own thread has to do
        }
    }
}
