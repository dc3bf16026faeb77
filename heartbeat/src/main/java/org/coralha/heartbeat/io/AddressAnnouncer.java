package org.coralha.heartbeat.io;

import java.util.concurrent.locks.LockSupport;
import org.coralha.heartbeat.port.AddressClaim;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Announces the advertised address by gratuitous ARP on a thread of its own: quickly at first, then
 * slower, until an outside host has answered (or ten times), then every half minute for as long as
 * the address is claimed. A frame that gets lost costs the pause until the next one.
 */
public final class AddressAnnouncer implements AddressClaim {
    private static final Logger LOG = LoggerFactory.getLogger(AddressAnnouncer.class);
    private static final int[] PAUSES_MS = {5, 10, 10, 20, 20, 50, 50, 100, 100, 200, 500};
    private static final int BURST = 10;
    private static final int REFRESH_MS = 30_000;

    private final Wire wire;
    private final Runnable proven;
    private final Counters counters;
    private final int refreshMs;
    private final Thread thread;
    private volatile Claim claim;

    /** How the address is announced and tried. Called on the announcing thread. */
    public interface Wire {
        /** Sends one gratuitous ARP request and one reply. */
        void announce();

        /** True if an outside host answers a ping from the advertised address within the time. */
        boolean answered(int timeoutMs);
    }

    private record Claim(boolean prove) {
        // Compared by identity: a repeated claim starts over.
    }

    AddressAnnouncer(Wire wire, Runnable proven, Counters counters) {
        this(wire, proven, counters, REFRESH_MS);
    }

    /**
     * @param refreshMs time between two announcements once the address is proven
     */
    AddressAnnouncer(Wire wire, Runnable proven, Counters counters, int refreshMs) {
        this.wire = wire;
        this.proven = proven;
        this.counters = counters;
        this.refreshMs = refreshMs;
        this.thread = Threads.start("address", this::run);
    }

    @Override
    public void claim(boolean prove) {
        claim = new Claim(prove);
        LockSupport.unpark(thread);
    }

    @Override
    public void release() {
        claim = null;
        LockSupport.unpark(thread);
    }

    private void run() {
        while (true) {
            Claim current = claim;
            if (current == null) {
                LockSupport.park();
                continue;
            }
            try {
                pursue(current);
            } catch (RuntimeException e) {
                counters.count("address.failed");
                LOG.warn("announcing the advertised address: {}", e.getMessage());
                pause(PAUSES_MS[PAUSES_MS.length - 1], current);
            }
        }
    }

    @SuppressWarnings("ReferenceEquality")
    private void pursue(Claim current) {
        boolean settled = false;
        for (int i = 0; claim == current; i++) {
            wire.announce();
            counters.count("address.announced");
            int pauseMs = PAUSES_MS[Math.min(i, PAUSES_MS.length - 1)];
            if (!settled && current.prove) {
                settled = proves(pauseMs, current);
                continue;
            }
            settled |= i >= BURST;
            pause(settled ? refreshMs : pauseMs, current);
        }
    }

    /** Waits for an answer for that long, whichever way it fails. */
    @SuppressWarnings("ReferenceEquality")
    private boolean proves(int limitMs, Claim current) {
        long startNs = System.nanoTime();
        if (wire.answered(limitMs)) {
            proven.run();
            return claim == current;
        }
        long spentMs = (System.nanoTime() - startNs) / 1_000_000;
        pause((int) Math.max(0, limitMs - spentMs), current);
        return false;
    }

    @SuppressWarnings("ReferenceEquality")
    private void pause(int pauseMs, Claim current) {
        long endNs = System.nanoTime() + pauseMs * 1_000_000L;
        while (claim == current && System.nanoTime() < endNs) {
            LockSupport.parkNanos(endNs - System.nanoTime());
        }
    }
}
