package org.coralha.heartbeat.core;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.coralha.pair.HostId;
import org.coralha.pair.ServiceRole;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A peer that can be heard but hears nobody does not keep this host from serving for ever. */
class DeafPeerTest {
    private static final Timing TIMING = SimPair.TIMING;

    private RoleCore core;
    private long nowNs = 1_000 * SimPair.MS;
    private long sequence;
    private long echo;

    @BeforeEach
    void makeReady() {
        core = new RoleCore(HostId.B, HostId.A, TIMING, 10, 7, nowNs);
        core.onJettyAttached(50, nowNs);
        core.onJettyReady(nowNs);
        echo = 1;
    }

    /** Goes on for that long while the peer says this each period; returns the last reason. */
    private String live(long forMs, ServiceRole role, boolean hears, boolean outside) {
        String reason = "";
        long endNs = nowNs + forMs * SimPair.MS;
        for (long tick = 0; nowNs < endNs && core.role() == HostRole.IDLE; tick++) {
            nowNs += TIMING.tickNs();
            core.onPulse(nowNs);
            if (tick % 10 == 0) {
                echo += hears ? 1 : 0;
                core.onBeat(beat(role), nowNs);
            }
            Decision decision = core.onTick(nowNs);
            reason = decision.reason().isEmpty() ? reason : decision.reason();
            for (Action action : decision.actions()) {
                if (outside && action instanceof Action.ProbeOutside probe) {
                    reason = core.onOutsideAnswer(probe.sentNs(), nowNs).reason();
                }
            }
        }
        return reason;
    }

    private PeerBeat beat(ServiceRole role) {
        return new PeerBeat(
                9,
                ++sequence,
                7,
                echo,
                11,
                0,
                role,
                true,
                true,
                true,
                false,
                false,
                false,
                0,
                0,
                PauseOrder.NONE,
                false,
                "");
    }

    @Test
    void cutOffPeerThatHearsNobodyIsReplaced() {
        assertEquals("the peer hears nobody", live(5000, ServiceRole.FENCED, false, true));
        assertEquals(HostRole.SIMPLEX, core.role());
        assertEquals(12, core.beat().epoch());
    }

    @Test
    void preferredHostThatHearsNobodyIsNotAwaitedForEver() {
        assertEquals("the peer hears nobody", live(5000, ServiceRole.IDLE, false, true));
    }

    @Test
    void peerThatHearsIsAwaited() {
        live(5000, ServiceRole.FENCED, true, true);
        assertEquals(HostRole.IDLE, core.role());
        live(5000, ServiceRole.IDLE, true, true);
        assertEquals(HostRole.IDLE, core.role());
    }

    /** It serves by now, but only to others: what it said before may come late. */
    @Test
    void peerThatIsHeardForAMomentIsNotDeaf() {
        live(100, ServiceRole.IDLE, false, true);
        nowNs += 4 * TIMING.startAloneNs();
        for (int i = 0; i < 100; i++) {
            nowNs += TIMING.tickNs();
            core.onTick(nowNs);
        }
        live(3 * TIMING.periodNs() / SimPair.MS, ServiceRole.FENCED, false, true);
        assertEquals(HostRole.IDLE, core.role());
    }

    @Test
    void nothingIsConcludedWhileNobodyOutsideAnswers() {
        live(5000, ServiceRole.FENCED, false, false);
        assertEquals(HostRole.IDLE, core.role());
    }

    @Test
    void peerThatServesIsNeverReplacedWhileItIsHeard() {
        live(10_000, ServiceRole.SIMPLEX, false, true);
        assertEquals(HostRole.IDLE, core.role());
    }

    @Test
    void hostThatIsCutOffDoesNotClaimToServe() {
        assertEquals(ServiceRole.FENCED, HostRole.CUT_SIMPLEX.announced());
        CoreFixture f = RoleTableTest.in(HostRole.CUT_SIMPLEX);
        f.hear(ServiceRole.FENCED, f.epoch() + 1);
        assertEquals(HostRole.FENCED, f.core.role(), "two hosts that are cut off");
    }
}
