package org.coralha.heartbeat.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class AddressAnnouncerTest {
    private static final int NEVER_MS = 3_600_000;
    private static final int LIMIT_S = 20;
    private final AtomicInteger announced = new AtomicInteger();
    private final AtomicInteger proofs = new AtomicInteger();

    /** A router that learns from the given announcement on. */
    private final class Router implements AddressAnnouncer.Wire {
        private final int learnsAt;
        private final CountDownLatch wanted;

        Router(int learnsAt, int wanted) {
            this.learnsAt = learnsAt;
            this.wanted = new CountDownLatch(wanted);
        }

        @Override
        public void announce() {
            announced.incrementAndGet();
            wanted.countDown();
        }

        @Override
        public boolean answered(int timeoutMs) {
            return announced.get() >= learnsAt;
        }

        void await() throws InterruptedException {
            assertTrue(wanted.await(LIMIT_S, TimeUnit.SECONDS), announced + " announcements");
        }
    }

    private AddressAnnouncer announcer(Router router, int refreshMs) {
        return new AddressAnnouncer(router, proofs::incrementAndGet, new Counters(), refreshMs);
    }

    @Test
    void announcesUntilTheRouterHasLearned() throws InterruptedException {
        Router router = new Router(15, 16);
        AddressAnnouncer announcer = announcer(router, NEVER_MS);
        announcer.claim(true);
        router.await();
        assertEquals(1, proofs.get());
        assertEquals(16, announced.get(), "once more after the proof, then quiet");
        announcer.release();
    }

    @Test
    void refreshesForAsLongAsTheAddressIsClaimed() throws InterruptedException {
        Router router = new Router(1, 50);
        AddressAnnouncer announcer = announcer(router, 1);
        announcer.claim(true);
        router.await();
        assertEquals(1, proofs.get(), "proven once");
        announcer.release();
    }

    @Test
    void claimThatNeedsNoProofIsAnnouncedSomeTimes() throws InterruptedException {
        Router router = new Router(0, 11);
        AddressAnnouncer announcer = announcer(router, NEVER_MS);
        announcer.claim(false);
        router.await();
        assertEquals(0, proofs.get());
        announcer.release();
    }

    @Test
    void newClaimIsAnnouncedAndProvenAnew() throws InterruptedException {
        Router router = new Router(1, 4);
        AddressAnnouncer announcer = announcer(router, NEVER_MS);
        announcer.claim(true);
        while (announced.get() < 2) {
            Thread.onSpinWait();
        }
        announcer.claim(true);
        router.await();
        assertEquals(2, proofs.get());
        announcer.release();
    }
}
