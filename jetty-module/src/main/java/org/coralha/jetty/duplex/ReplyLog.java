package org.coralha.jetty.duplex;

import java.util.ArrayDeque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import org.coralha.jetty.core.LinkFrames;
import org.coralha.jetty.core.ReplyLogState;
import org.coralha.jetty.port.ReplyLogLink;

/**
 * The reply log as the primary writes it. Safe from any thread. Number and sending of a record are
 * one step under one lock, so that acknowledgements can be cumulative; nobody is told anything
 * under that lock.
 */
public final class ReplyLog {
    /** Result of {@link #append} when nothing is logged: this host serves alone. */
    public static final long INACTIVE = -1;

    private static final long NEVER = Long.MAX_VALUE;

    /** Someone who holds bytes until their record is acknowledged. */
    public interface Holder {
        /**
         * Records up to the LSN are acknowledged. Must not block.
         *
         * @param lsn released LSN
         */
        void onReleased(long lsn);
    }

    private final ReplyLogLink link;
    private final long windowBytes;
    private final LongSupplier clock;
    private final Runnable beforeStop;
    private final Object lock = new Object();
    private final ArrayDeque<Runnable> waiters = new ArrayDeque<>();
    private final Set<Holder> delayed = new LinkedHashSet<>();
    private final LongAdder records = new LongAdder();
    private final LongAdder acks = new LongAdder();
    private ReplyLogState<Holder> state;
    private boolean releaseHeldBack;
    private boolean frozen;
    private volatile long releasedLsn;
    private volatile boolean room = true;

    /**
     * @param windowBytes record bytes that may be on the way
     * @param clock nanoseconds, to judge stalls by
     */
    public ReplyLog(ReplyLogLink link, long windowBytes, LongSupplier clock) {
        this(link, windowBytes, clock, () -> {});
    }

    /**
     * As above.
     *
     * @param beforeStop run before {@link #stop} lets anyone go on without the log
     */
    ReplyLog(ReplyLogLink link, long windowBytes, LongSupplier clock, Runnable beforeStop) {
        this.link = link;
        this.windowBytes = windowBytes;
        this.clock = clock;
        this.beforeStop = beforeStop;
    }

    /** Begins the log of a reign, from LSN 1. */
    public void start(long reign) {
        synchronized (lock) {
            state = new ReplyLogState<>(reign, windowBytes);
            room = true;
            releasedLsn = 0;
        }
    }

    /**
     * Ends the log: {@link #append} answers {@link #INACTIVE} from now on and everyone who waited
     * for room goes on. The holders are released by the caller, who knows them.
     */
    public void stop() {
        if (canGoOn()) {
            beforeStop.run();
        }
        List<Runnable> resumed;
        synchronized (lock) {
            state = null;
            room = true;
            delayed.clear();
            resumed = List.copyOf(waiters);
            waiters.clear();
        }
        // No method reference: making it would take a takeover a millisecond.
        for (Runnable waiter : resumed) {
            waiter.run();
        }
    }

    /** True if something may still leave because of this log, or because it stops. */
    private boolean canGoOn() {
        synchronized (lock) {
            return state != null && !frozen;
        }
    }

    /**
     * Nothing is sent any more and no acknowledgement counts: what is held stays held, whatever
     * happens to its connection. The only way back is {@link #reset}.
     */
    public void freeze() {
        synchronized (lock) {
            frozen = true;
        }
    }

    /**
     * Forgets everything, {@link #freeze} included: for a host whose connections have all been
     * closed while nothing left it.
     */
    public void reset() {
        stop();
        synchronized (lock) {
            frozen = false;
            releasedLsn = 0;
        }
    }

    /** True between {@link #start} and {@link #stop}. */
    public boolean isActive() {
        synchronized (lock) {
            return state != null;
        }
    }

    /**
     * Numbers a record and sends it.
     *
     * @param frame head and payload; belongs to the log from now on
     * @param length bytes of the frame
     * @param holder told when it is acknowledged, or null
     * @return its LSN, or {@link #INACTIVE}
     */
    public long append(byte[] frame, int length, Holder holder) {
        synchronized (lock) {
            if (state == null) {
                return INACTIVE;
            }
            if (frozen) {
                return NEVER;
            }
            long lsn = state.append(frame, length, clock.getAsLong(), holder);
            room = state.hasRoom();
            link.send(frame, length);
            records.increment();
            return lsn;
        }
    }

    /** True if payload may be appended now; also true when nothing is logged. */
    public boolean hasRoom() {
        return room;
    }

    /**
     * Waits for room without a thread.
     *
     * @param resume run once, by the thread that brings the acknowledgement; must not block
     * @return false if there is room already; then {@code resume} is not kept
     */
    public boolean awaitRoom(Runnable resume) {
        synchronized (lock) {
            if (state == null || state.hasRoom()) {
                return false;
            }
            waiters.add(resume);
            return true;
        }
    }

    /** Highest LSN whose bytes may leave. */
    public long releasedLsn() {
        return releasedLsn;
    }

    /** Takes an acknowledgement of the peer. */
    public void onAck(LinkFrames.Ack ack) {
        List<Holder> released;
        List<Runnable> resumed = List.of();
        long lsn;
        synchronized (lock) {
            if (state == null || frozen) {
                return;
            }
            acks.increment();
            released = state.ack(ack);
            room = state.hasRoom();
            if (releaseHeldBack) {
                delayed.addAll(released);
                released = List.of();
            } else {
                releasedLsn = state.ackedLsn();
            }
            if (!waiters.isEmpty() && room) {
                resumed = List.copyOf(waiters);
                waiters.clear();
            }
            lsn = releasedLsn;
        }
        tell(released, lsn);
        resumed.forEach(Runnable::run);
    }

    private static void tell(Iterable<Holder> holders, long lsn) {
        for (Holder holder : holders) {
            holder.onReleased(lsn);
        }
    }

    /** Fault point: acknowledged replies are not sent while it is set. */
    public void holdRelease(boolean held) {
        List<Holder> released;
        long lsn;
        synchronized (lock) {
            releaseHeldBack = held;
            if (held || state == null || frozen) {
                return;
            }
            released = List.copyOf(delayed);
            delayed.clear();
            releasedLsn = state.ackedLsn();
            lsn = releasedLsn;
        }
        tell(released, lsn);
    }

    /** Connections whose acknowledged replies {@link #holdRelease} keeps back now. */
    long heldBackCount() {
        synchronized (lock) {
            return delayed.size();
        }
    }

    /**
     * The peer is known again: what it does not have is sent again, in order.
     *
     * @param hello what the peer said of itself
     * @return false if the peer has lost what it had acknowledged, or claims to have what was never
     *     written, so that this log cannot go on
     */
    public boolean onPeer(LinkFrames.Hello hello) {
        long reign;
        long kept;
        synchronized (lock) {
            if (state == null) {
                return true;
            }
            reign = state.reign();
            kept = hello.reign() == reign ? hello.lastLsn() : 0;
            if (kept > state.lastLsn()) {
                return false;
            }
        }
        onAck(new LinkFrames.Ack(reign, kept));
        synchronized (lock) {
            if (state == null || kept < state.ackedLsn()) {
                return state == null;
            }
            for (ReplyLogState.Frame frame : state.unacknowledged()) {
                link.send(frame.bytes(), frame.length());
            }
            return true;
        }
    }

    /** Age of the oldest unacknowledged record in milliseconds, 0 if there is none. */
    public long oldestUnackedMs() {
        synchronized (lock) {
            return state == null ? 0 : state.oldestUnackedMs(clock.getAsLong());
        }
    }

    /** Age of the oldest record if it just reached the limit, else 0. */
    public long newStallMs(long limitMs) {
        synchronized (lock) {
            return state == null ? 0 : state.stall(clock.getAsLong(), limitMs);
        }
    }

    /** Record bytes on the way. */
    public long bytesOnTheWay() {
        synchronized (lock) {
            return state == null ? 0 : state.bytesOnTheWay();
        }
    }

    /** Records written since the start of the module. */
    public long recordCount() {
        return records.sum();
    }

    /** Acknowledgements received since the start of the module. */
    public long ackCount() {
        return acks.sum();
    }
}
