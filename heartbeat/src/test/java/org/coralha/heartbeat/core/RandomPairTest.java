package org.coralha.heartbeat.core;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.LongConsumer;
import org.junit.jupiter.api.Test;

/**
 * Random faults and orders on random links. After every event {@link SimPair} checks that at most
 * one host sends per epoch, and that no reign goes back; when the faults end, the pair must find to
 * duplex.
 */
class RandomPairTest {
    private static final int SEEDS = Integer.getInteger("coral.seeds", 300);
    private static final long FIRST = Long.getLong("coral.firstSeed", 0);

    @Test
    void noSeedBreaksAnInvariantAndThePairRecovers() {
        assertAll(seed -> live(new SimPair(seed), seed));
    }

    /** With a witness there is never a second sender, whatever is partitioned. */
    @Test
    void withAWitnessThereIsOneSender() {
        assertAll(seed -> live(new SimPair(seed).witnessed(), seed));
    }

    private static void assertAll(LongConsumer life) {
        List<String> failures = new ArrayList<>();
        for (long seed = FIRST; seed < FIRST + SEEDS; seed++) {
            try {
                life.accept(seed);
            } catch (AssertionError e) {
                failures.add("seed " + seed + ": " + e.getMessage());
            }
        }
        assertTrue(
                failures.isEmpty(),
                () -> failures.size() + " of " + SEEDS + " failed; " + failures.get(0));
    }

    private static void live(SimPair pair, long seed) {
        Random random = new Random(seed ^ 0x5eed);
        pair.a().autoRestart = true;
        pair.b().autoRestart = true;
        pair.loss = random.nextInt(3) * 0.05;
        pair.duplicate = random.nextInt(3) * 0.1;
        pair.jitterNs = random.nextInt(3) * 10 * SimPair.MS;
        pair.a().boot();
        pair.b().boot();
        for (int i = 0; i < 12; i++) {
            pair.run(random.nextInt(400));
            fault(pair, random);
            if (pair.witness != null) {
                witnessFault(pair.witness, random);
            }
        }
        heal(pair);
        // A host that was told to stop is out by now, and started again.
        pair.run(SimPair.TIMING.joinLimitNs() / SimPair.MS + 100);
        heal(pair);
        pair.run(15_000);
        boolean duplex =
                pair.a().role() == HostRole.PRIMARY && pair.b().role() == HostRole.BACKUP
                        || pair.a().role() == HostRole.BACKUP
                                && pair.b().role() == HostRole.PRIMARY;
        if (!duplex) {
            throw new AssertionError("no duplex after the last fault\n" + pair);
        }
    }

    private static void fault(SimPair pair, Random random) {
        SimHost host = random.nextBoolean() ? pair.a() : pair.b();
        switch (random.nextInt(15)) {
            case 0 -> host.killDaemon();
            case 1 -> host.killJetty();
            case 2 -> host.pullCable(random.nextBoolean());
            case 3 -> host.plugCable();
            case 4 -> host.pause(random.nextInt(500));
            case 5 -> restart(host);
            case 6 -> host.outside = random.nextBoolean();
            case 7 -> {
                pair.peerLink = !pair.peerLink;
                pair.linkChanged();
            }
            case 8 -> host.logStalled();
            case 9 -> host.persistFails = random.nextBoolean();
            case 10 -> restart(host);
            default -> order(host, random);
        }
    }

    private static void witnessFault(SimWitness witness, Random random) {
        switch (random.nextInt(12)) {
            case 0 -> witness.kill();
            case 1, 2, 3 -> witness.start();
            case 4 -> witness.cut(random.nextBoolean(), random.nextBoolean());
            case 5, 6 -> witness.cut(false, false);
            case 7 -> witness.mute = random.nextInt(3) == 0;
            case 8 -> witness.loseDisk();
            default -> {}
        }
    }

    private static void order(SimHost host, Random random) {
        SimOperator operator = new SimOperator(host);
        if (host.paused) {
            return;
        }
        switch (random.nextInt(6)) {
            case 0 -> operator.stop(random.nextBoolean());
            case 1 -> operator.pause(1 + random.nextInt(800));
            case 2 -> operator.resume();
            default -> operator.switchover();
        }
    }

    private static void restart(SimHost host) {
        if (!host.daemon) {
            host.boot();
        }
    }

    private static void heal(SimPair pair) {
        pair.loss = 0;
        pair.jitterNs = 0;
        pair.peerLink = true;
        if (pair.witness != null) {
            pair.witness.start();
            pair.witness.cut(false, false);
            pair.witness.mute = false;
        }
        for (SimHost host : pair.hosts.values()) {
            host.persistFails = false;
            host.plugCable();
            restart(host);
            if (!host.jettyAlive) {
                host.startJetty();
            }
        }
        pair.linkChanged();
    }
}
