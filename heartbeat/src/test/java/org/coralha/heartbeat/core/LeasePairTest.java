package org.coralha.heartbeat.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * At most one host sends at any moment, whichever host stops and for how long: {@link SimPair}
 * checks it after each event. A host that stops keeps its data plane as it was.
 */
class LeasePairTest {
    private static final int SEEDS = Integer.getInteger("coral.seeds", 300);

    private static SimPair duplex(long seed) {
        SimPair pair = new SimPair(seed).duplex();
        pair.oneSender = true;
        return pair;
    }

    @Test
    void primaryThatStopsFallsSilentBeforeTheBackupSpeaks() {
        SimPair pair = duplex(1);
        pair.a().pause(1000);
        pair.run(70);
        assertFalse(pair.a().sends());
        assertFalse(pair.b().sends());
        pair.run(20);
        assertTrue(pair.b().sends());
        pair.run(1500);
        assertEquals(HostRole.FENCED, pair.a().role());
        assertEquals("deposed: the peer serves in epoch 4", pair.a().lastReason);
    }

    @Test
    void stopShorterThanTheLimitChangesNothing() {
        SimPair pair = duplex(1);
        for (long stopMs = 1; stopMs < 45; stopMs++) {
            pair.a().pause(stopMs);
            for (int ms = 0; ms < 100; ms++) {
                pair.run(1);
                boolean late = ms <= stopMs + 1 && stopMs > 38;
                assertTrue(pair.a().sends() || late, stopMs + " ms, after " + ms + " ms");
            }
        }
        assertEquals(HostRole.PRIMARY, pair.a().role());
    }

    @Test
    void oneLostHeartbeatInEitherDirectionCostsNothing() {
        SimPair pair = duplex(1);
        for (SimHost host : pair.hosts.values()) {
            for (int offset = 0; offset < 25; offset++) {
                host.mute = 1;
                run(pair, 25);
                host.mute = 0;
                run(pair, 26);
            }
        }
        assertEquals(HostRole.PRIMARY, pair.a().role());
    }

    private static void run(SimPair pair, int forMs) {
        for (int ms = 0; ms < forMs; ms++) {
            pair.run(1);
            assertTrue(pair.a().sends(), () -> "no lease\n" + pair);
        }
    }

    @Test
    void primaryThatIsNotHeardFallsSilentBeforeTheBackupSpeaks() {
        SimPair pair = duplex(1);
        pair.a().mute = 1;
        pair.run(90);
        assertEquals(HostRole.SIMPLEX, pair.b().role());
        assertTrue(pair.b().sends());
    }

    @Test
    void hostThatServesAloneFallsSilentWhenItStops() {
        SimPair pair = duplex(1);
        pair.b().killDaemon();
        pair.run(500);
        assertEquals(HostRole.SIMPLEX, pair.a().role());
        assertTrue(pair.a().sends());
        pair.a().pause(5000);
        pair.b().boot();
        pair.run(4000);
        assertEquals(HostRole.SIMPLEX, pair.b().role(), "served alone");
        pair.run(3000);
        assertEquals(HostRole.FENCED, pair.a().role());
    }

    @Test
    void loneHostThatOnlyStumbledSpeaksAgainAfterItHasListened() {
        SimPair pair = duplex(1);
        pair.b().killDaemon();
        pair.run(500);
        pair.a().pause(200);
        pair.run(199);
        assertFalse(pair.a().sends());
        pair.run(70);
        assertFalse(pair.a().sends(), "listens");
        pair.run(40);
        assertTrue(pair.a().sends());
        assertEquals(HostRole.SIMPLEX, pair.a().role());
    }

    @Test
    void noPauseMakesTwoSenders() {
        for (long seed = 0; seed < SEEDS; seed++) {
            SimPair pair = new SimPair(seed);
            pair.oneSender = true;
            Random random = new Random(seed ^ 0x1ea5e);
            pair.a().autoRestart = true;
            pair.b().autoRestart = true;
            pair.duplicate = random.nextInt(3) * 0.1;
            pair.jitterNs = random.nextInt(3) * SimPair.MS;
            pair.a().boot();
            pair.b().boot();
            for (int i = 0; i < 20; i++) {
                pair.run(random.nextInt(400));
                SimHost host = random.nextBoolean() ? pair.a() : pair.b();
                switch (random.nextInt(6)) {
                    case 0 -> {
                        // Two hosts without a Jetty, then with one, is a cold start, where the
                        // epochs decide when both begin in the same moment.
                        if (host.role() == HostRole.PRIMARY || host.role() == HostRole.BACKUP) {
                            host.killJetty();
                        }
                    }
                    case 1 -> host.logStalled();
                    default -> host.pause(random.nextInt(random.nextBoolean() ? 150 : 2000));
                }
            }
            pair.run(15_000);
            long duplex =
                    pair.hosts.values().stream()
                            .filter(
                                    h ->
                                            h.role() == HostRole.PRIMARY
                                                    || h.role() == HostRole.BACKUP)
                            .count();
            assertEquals(2, duplex, "seed " + seed + "\n" + pair);
        }
    }

    @Test
    void noLossMakesTwoSendersInDuplex() {
        for (long seed = 0; seed < SEEDS; seed++) {
            SimPair pair = duplex(seed);
            Random random = new Random(seed);
            pair.jitterNs = random.nextInt(3) * 20 * SimPair.MS;
            pair.a().mute = random.nextInt(11) * 0.1;
            if (random.nextBoolean()) {
                pair.a().pullCable(false);
            }
            pair.run(random.nextInt(60));
            pair.a().pause(random.nextInt(400));
            for (int ms = 0; ms < 400 && pair.b().role() == HostRole.BACKUP; ms++) {
                pair.run(1);
            }
        }
    }
}
