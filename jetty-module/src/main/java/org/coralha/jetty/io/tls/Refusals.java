package org.coralha.jetty.io.tls;

import java.net.InetAddress;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Counts connections that were turned away and says so now and then. Safe from any thread. */
public final class Refusals {
    private static final Logger LOG = LoggerFactory.getLogger(Refusals.class);
    private static final long QUIET_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final LongAdder count = new LongAdder();
    private final AtomicLong saidNanos = new AtomicLong(System.nanoTime() - QUIET_NANOS);

    /** One more; whoever sends garbage must not fill the log with it. */
    public void add(InetAddress from, String why) {
        count.increment();
        long now = System.nanoTime();
        long said = saidNanos.get();
        if (now - said >= QUIET_NANOS && saidNanos.compareAndSet(said, now)) {
            LOG.warn(
                    "reply log: a connection with {} was refused ({} so far): {}",
                    from == null ? "nobody" : from.getHostAddress(),
                    count.sum(),
                    why);
        }
    }

    /** Something else that was not of this pair; said by nobody. */
    public void increment() {
        count.increment();
    }

    /** Refused since the start. */
    public long sum() {
        return count.sum();
    }
}
