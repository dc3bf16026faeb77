package org.coralha.heartbeat.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.stream.IntStream;
import org.coralha.pair.HostId;
import org.coralha.pair.ServiceRole;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a host of a pair with a witness does when it leaves, and when it hears nobody at rest. */
class WitnessedRestTest {
    private static final Timing TIMING = SimPair.TIMING;
    private long nowNs = 1_000 * SimPair.MS;
    private long sequence;

    private RoleCore ready(long soleEpoch) {
        Witnessed witness = new Witnessed(true, soleEpoch);
        RoleCore core = new RoleCore(HostId.A, HostId.A, TIMING, 10, 7, witness, nowNs);
        core.onJettyAttached(50, nowNs);
        core.onJettyReady(nowNs);
        return core;
    }

    private Decision hearReadyPeer(RoleCore core) {
        return hear(core, ServiceRole.IDLE, true, core.beat().turn());
    }

    private Decision hear(RoleCore core, ServiceRole role, boolean jettyReady, int turn) {
        sequence++;
        return core.onBeat(
                new PeerBeat(
                        9,
                        sequence,
                        7,
                        sequence,
                        0,
                        0,
                        role,
                        jettyReady,
                        false,
                        true,
                        false,
                        false,
                        false,
                        0,
                        turn,
                        PauseOrder.NONE,
                        false,
                        ""),
                nowNs);
    }

    /** Goes on without a heartbeat; an outside host answers. */
    private void silence(RoleCore core, long forMs) {
        for (long endNs = nowNs + forMs * SimPair.MS; nowNs < endNs; ) {
            nowNs += TIMING.tickNs();
            core.onPulse(nowNs);
            for (Action action : core.onTick(nowNs).actions()) {
                if (action instanceof Action.ProbeOutside probe) {
                    core.onOutsideAnswer(probe.sentNs(), nowNs);
                }
            }
        }
    }

    @Test
    void theSoleRightIsOffTheDiskBeforeThePeerMayActOnTheEnd() {
        RoleCore core = ready(5);
        hearReadyPeer(core);
        assertEquals(HostRole.SIMPLEX, core.role());
        hearReadyPeer(core);

        List<Action> actions = core.onStop(0, true, nowNs).actions();

        int ends = actions.indexOf(new Action.EndSole());
        int says =
                IntStream.range(0, actions.size())
                        .filter(i -> actions.get(i) instanceof Action.Announce)
                        .findFirst()
                        .orElseThrow();
        assertTrue(ends >= 0 && ends < says, actions::toString);
    }

    /** Lost when it was sent, recorded, and repeated when that peer serves. */
    @ParameterizedTest
    @EnumSource(
            value = ServiceRole.class,
            names = {"IDLE", "FENCED"})
    void whatAPeerWithoutJettySaidBeforeItKnewOfThisHostIsNoWordOfToday(ServiceRole role) {
        RoleCore core = ready(0);
        silence(core, 2 * TIMING.startAloneNs() / SimPair.MS);

        hear(core, role, false, core.beat().turn() - 1);
        assertEquals(HostRole.IDLE, core.role());

        hear(core, role, false, core.beat().turn());
        assertEquals(HostRole.SIMPLEX, core.role());
    }

    /** What was given up long ago, and on disk, does not come back with a later mistake of it. */
    @Test
    void aDiskThatFailsInDuplexDoesNotBringTheSoleRightBack() {
        CoreFixture f = RoleTableTest.in(HostRole.SIMPLEX, new CoreFixture(true));
        f.core.onRoleTaken(f.epoch(), ServiceRole.SIMPLEX, f.nowNs);
        for (int i = 0; i < 20; i++) {
            f.tick();
        }
        f.hear(ServiceRole.IDLE, 0);
        List<Action> offers = f.core.onRoleTaken(13, ServiceRole.PRIMARY, f.nowNs).actions();
        assertTrue(offers.contains(new Action.EndSole()), offers::toString);
        f.hear(ServiceRole.BACKUP, 13);
        assertEquals(HostRole.PRIMARY, f.core.role());

        f.core.onLogStalled(5000, f.nowNs);
        f.core.onPersistFailed("no disk", f.nowNs);

        assertEquals(HostRole.FENCED, f.core.role());
        assertFalse(f.core.beat().claims());
    }

    @Test
    void aHostThatHearsNobodyIsNotToldThatItsPeerIsDeaf() {
        RoleCore core = ready(0);
        sequence = 1;
        core.onBeat(
                new PeerBeat(
                        9,
                        1,
                        7,
                        1,
                        0,
                        0,
                        ServiceRole.IDLE,
                        true,
                        false,
                        true,
                        false,
                        false,
                        false,
                        0,
                        -1,
                        PauseOrder.NONE,
                        false,
                        ""),
                nowNs);
        assertEquals(HostRole.IDLE, core.role());

        silence(core, 200);
        core.onCarrier(false, nowNs);
        core.onCarrier(true, nowNs);
        silence(core, 10_000);

        assertEquals(HostRole.IDLE, core.role());
    }
}
