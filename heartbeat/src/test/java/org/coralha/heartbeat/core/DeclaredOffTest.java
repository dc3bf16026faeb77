package org.coralha.heartbeat.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.coralha.heartbeat.vote.Standing;
import org.coralha.pair.HostId;
import org.coralha.pair.ServiceRole;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Two hosts with the sole right each: an operator let one serve while the other one was off. */
class DeclaredOffTest {
    private static final Timing TIMING = SimPair.TIMING;
    private long nowNs = 1_000 * SimPair.MS;
    private long sequence;

    private RoleCore ready(long soleEpoch) {
        Witnessed witness = new Witnessed(true, soleEpoch);
        RoleCore core = new RoleCore(HostId.A, HostId.A, TIMING, 10, 7, witness, nowNs);
        core.onJettyAttached(50, nowNs);
        core.onJettyReady(nowNs);
        core.onLogLink(true, nowNs);
        return core;
    }

    /** Long enough to have heard a peer that is on. */
    private void listen(RoleCore core) {
        for (long endNs = nowNs + 2 * TIMING.startAloneNs(); nowNs < endNs; ) {
            tick(core);
        }
    }

    private Decision hear(RoleCore core, ServiceRole role, long epoch, long floor, boolean claims) {
        return hear(core, role, epoch, floor, claims, false);
    }

    private Decision hear(
            RoleCore core,
            ServiceRole role,
            long epoch,
            long floor,
            boolean claims,
            boolean drops) {
        sequence++;
        return core.onBeat(
                new PeerBeat(
                        9,
                        sequence,
                        7,
                        sequence,
                        epoch,
                        floor,
                        role,
                        true,
                        true,
                        true,
                        false,
                        claims,
                        drops,
                        0,
                        core.beat().turn(),
                        PauseOrder.NONE,
                        false,
                        ""),
                nowNs);
    }

    /** Else a joiner that dies in between comes back with a right that nobody takes from it. */
    @Test
    void whoJoinsGivesItsRightUpBeforeTheReignIsOnItsDisk() {
        RoleCore core = ready(5);

        List<Action> actions = hear(core, ServiceRole.PRIMARY, 14, 0, true).actions();

        assertEquals(HostRole.JOINING, core.role());
        int ends = actions.indexOf(new Action.EndSole());
        assertTrue(ends >= 0, actions::toString);
        assertTrue(ends < actions.indexOf(new Action.PersistEpoch(14)), actions::toString);
    }

    /** It served in 11 when it was cut off; then the peer is back, at rest, with its own right. */
    @ParameterizedTest
    @CsvSource({"0,10,CUT_SIMPLEX", "0,12,FENCED", "12,0,FENCED"})
    void ofTwoThatMayServeAgainTheLaterOneDoes(long epoch, long floor, HostRole then) {
        RoleCore core = ready(0);
        listen(core);
        core.onServe(nowNs);
        assertEquals(11, core.beat().epoch());
        core.onCarrier(false, nowNs);
        core.onCarrier(true, nowNs);
        assertEquals(HostRole.CUT_SIMPLEX, core.role());

        hear(core, ServiceRole.IDLE, epoch, floor, true);

        assertEquals(then, core.role());
    }

    /**
     * Else a peer that comes back at once is granted what the witness does not know to be taken.
     */
    @Test
    void whoServesOnAnOperatorsWordTellsTheWitnessWithTheNextTick() {
        RoleCore core = ready(0);
        listen(core);
        while (!tick(core).contains(new Action.AskWitness(0, Standing.NONE, 0, 0))) {
            assertEquals(HostRole.IDLE, core.role());
        }
        Action.AskWitness report = new Action.AskWitness(0, Standing.SOLE, 11, 0);
        core.onServe(nowNs);
        for (int i = 0; i < 3; i++) {
            List<Action> actions = tick(core);
            assertEquals(i == 0, actions.contains(report), actions::toString);
        }
    }

    private List<Action> tick(RoleCore core) {
        nowNs += TIMING.tickNs();
        core.onPulse(nowNs);
        return core.onTick(nowNs).actions();
    }

    /** Cut off, it does not claim: it waits for a word of this host, which has to be one. */
    @ParameterizedTest
    @CsvSource({"4,true", "5,true", "6,false"})
    void aRightThatIsOlderThanAReignOfThePeerIsVoid(long epoch, boolean claims) {
        RoleCore core = ready(5);
        hear(core, ServiceRole.FENCED, epoch, 0, false);
        assertEquals(claims, core.beat().claims());
    }

    /** It waits for the witness, which is away, or for this host to say that it has left. */
    @ParameterizedTest
    @CsvSource({"5,true", "14,false"})
    void norDoesItStandInTheWayOfAPeerThatServesInALaterReign(long epoch, boolean claims) {
        RoleCore core = ready(5);
        hear(core, ServiceRole.PRIMARY, epoch, 0, true, true);
        assertEquals(HostRole.IDLE, core.role());
        assertEquals(claims, core.beat().claims());
    }
}
