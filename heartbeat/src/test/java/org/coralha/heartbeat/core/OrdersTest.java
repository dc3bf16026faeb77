package org.coralha.heartbeat.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.coralha.kernel.DataPlane.Mode;
import org.coralha.pair.ServiceRole;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Every order in every state of the preferred host a. The letters are those of {@link
 * RoleTableTest}, E ends the daemon; "no" is a refusal.
 */
class OrdersTest {
    private static final long MS = 1_000_000;

    private static final HostRole[] STATES = {
        HostRole.DETACHED,
        HostRole.IDLE,
        HostRole.SIMPLEX,
        HostRole.SHARING,
        HostRole.OFFERING,
        HostRole.PRIMARY,
        HostRole.JOINING,
        HostRole.BACKUP,
        HostRole.CUT_PRIMARY,
        HostRole.CUT_SIMPLEX,
        HostRole.FENCED
    };

    private static final String[] TABLE = {
        "switchover       |no|no|no|no|no|CUT_PRIMARY/FA|no|no|no|no|no",
        "with unprotected |no|no|no|no|no|no|no|no|no|no|no",
        "forced           |no|no|no|no|no|CUT_PRIMARY/FA|no|no|no|no|no",
        "stop             |FENCED/FGUTKE|FENCED/FGUTKE|no|no|no|CUT_PRIMARY/FA|FENCED/FGUTKE|FENCED/wGUTK|no|no|FENCED/FGE",
        "stop forced      |FENCED/FGUTKE|FENCED/FGUTKE|FENCED/FGUTKE|FENCED/FGUTKE|FENCED/FGUTKE|CUT_PRIMARY/FA|FENCED/FGUTKE|FENCED/wGUTK|FENCED/FGUTKE|FENCED/FGUTKE|FENCED/FGE",
        "pause            |no|no|no|no|no|./A|no|./A|no|no|no",
        "resume           |./A|./A|./A|./A|./A|./A|./A|./A|./A|./A|./A",
    };

    private static Map<String, Function<CoreFixture, Decision>> orders() {
        Map<String, Function<CoreFixture, Decision>> in = new LinkedHashMap<>();
        in.put("switchover", f -> f.core.onSwitchover(0, false, f.nowNs));
        in.put("with unprotected", f -> f.core.onSwitchover(3, false, f.nowNs));
        in.put("forced", f -> f.core.onSwitchover(3, true, f.nowNs));
        in.put("stop", f -> f.core.onStop(0, false, f.nowNs));
        in.put("stop forced", f -> f.core.onStop(0, true, f.nowNs));
        in.put("pause", f -> f.core.onPause(1000 * MS, f.nowNs));
        in.put("resume", f -> f.core.onResume(f.nowNs));
        return in;
    }

    @TestFactory
    List<DynamicTest> everyCell() {
        List<DynamicTest> tests = new ArrayList<>();
        for (String row : TABLE) {
            String[] cells = row.split("\\|");
            for (int i = 0; i < STATES.length; i++) {
                HostRole state = STATES[i];
                String cell = cells[i + 1].strip();
                String order = cells[0].strip();
                tests.add(
                        DynamicTest.dynamicTest(
                                order + " in " + state, () -> assertCell(state, cell, order)));
            }
        }
        return tests;
    }

    private static void assertCell(HostRole state, String cell, String order) {
        CoreFixture f = RoleTableTest.in(state);
        if (state == HostRole.PRIMARY || state == HostRole.BACKUP) {
            // Of all that the peer said until now its last heartbeat counts.
            f.hear(state == HostRole.PRIMARY ? ServiceRole.BACKUP : ServiceRole.PRIMARY, f.epoch());
        }
        Decision decision = orders().get(order).apply(f);
        if (cell.equals("no")) {
            assertEquals(state, f.core.role());
            assertTrue(
                    decision.actions().isEmpty() && !decision.reason().isEmpty(),
                    decision::toString);
            return;
        }
        String role = cell.startsWith(".") ? state.name() : cell.split("/")[0];
        assertEquals(role + "/" + cell.split("/")[1], f.core.role() + "/" + Letters.of(decision));
    }

    private static CoreFixture idle() {
        CoreFixture f = new CoreFixture(true);
        f.core.onJettyAttached(50, f.nowNs);
        f.core.onJettyReady(f.nowNs);
        return f;
    }

    private static void assertNotServed(CoreFixture f, String why) {
        Decision refused = f.core.onServe(f.nowNs);
        assertEquals(HostRole.IDLE, f.core.role(), refused::toString);
        assertTrue(refused.reason().contains(why), refused::reason);
    }

    @Test
    void aHostThatHasJustBegunToListenDoesNotTakeAnOperatorsWordForIt() {
        CoreFixture f = idle();
        f.silence(100 * MS, false);
        assertNotServed(f, "too short a time");
        f.silence(1200 * MS, false);
        f.core.onServe(f.nowNs);
        assertEquals(HostRole.SIMPLEX, f.core.role());
    }

    @Test
    void aHostThatSleptListensBeforeItTakesAnOperatorsWordForIt() {
        CoreFixture f = idle();
        f.silence(2000 * MS, false);
        f.nowNs += 5000 * MS;
        assertNotServed(f, "did not run");
    }

    @Test
    void aHostWithoutCarrierDoesNotTakeAnOperatorsWordForIt() {
        CoreFixture f = idle();
        f.silence(2000 * MS, false);
        f.core.onCarrier(false, f.nowNs);
        assertNotServed(f, "carrier");
    }

    @Test
    void theTableIsComplete() {
        assertEquals(orders().size(), TABLE.length);
        assertEquals(HostRole.values().length, STATES.length);
    }

    private static CoreFixture primary() {
        CoreFixture f = RoleTableTest.in(HostRole.PRIMARY);
        f.hear(ServiceRole.BACKUP, f.epoch());
        return f;
    }

    private static String refusal(CoreFixture f) {
        Decision decision = f.core.onSwitchover(0, false, f.nowNs);
        assertEquals(HostRole.PRIMARY, decision.role());
        return decision.reason();
    }

    @Test
    void thePeerMustBeFitToTakeOver() {
        CoreFixture silent = primary();
        silent.silence(RoleTableTest.timing().suspicionNs(), false);
        assertTrue(refusal(silent).contains("not heard"), refusal(silent));
        CoreFixture unready = primary();
        unready.core.onBeat(unready.beat(ServiceRole.BACKUP, unready.epoch(), false, false, ""), 1);
        assertTrue(refusal(unready).contains("not ready"), refusal(unready));
        CoreFixture other = primary();
        other.core.onBeat(other.beat(ServiceRole.BACKUP, other.epoch(), true, false, "mtu"), 1);
        assertTrue(refusal(other).contains("mtu"), refusal(other));
        CoreFixture unlinked = primary();
        unlinked.core.onLogLink(false, unlinked.nowNs);
        assertTrue(refusal(unlinked).contains("reply log"), refusal(unlinked));
    }

    @Test
    void theOldPrimaryKeepsItsJettyAndForgetsItsFlows() {
        CoreFixture f = primary();
        long epoch = f.epoch();
        f.core.onSwitchover(0, false, f.nowNs);
        assertTrue(f.core.beat().yields());
        assertEquals(ServiceRole.FENCED, f.core.beat().role());
        Decision retired = f.hear(ServiceRole.SIMPLEX, epoch + 1);
        assertEquals("DETACHED/TA", retired.role() + "/" + Letters.of(retired));
        assertEquals(
                new Action.TakeRole(epoch, ServiceRole.IDLE, retired.reason(), false),
                retired.actions().get(0));
        assertEquals("L", Letters.of(f.core.onRoleTaken(epoch, ServiceRole.IDLE, f.nowNs)));
        assertEquals(HostRole.IDLE, f.core.onJettyReady(f.nowNs).role());
        assertEquals(HostRole.JOINING, f.hear(ServiceRole.PRIMARY, epoch + 3).role());
    }

    @Test
    void aJettyThatDoesNotGiveItsConnectionsUpIsKilled() {
        CoreFixture f = primary();
        f.core.onSwitchover(0, false, f.nowNs);
        f.hear(ServiceRole.SIMPLEX, f.epoch() + 1);
        f.nowNs += 10_001 * MS;
        Decision decision = f.core.onTick(f.nowNs);
        assertEquals("FENCED/FGUK", decision.role() + "/" + Letters.of(decision));
    }

    @Test
    void aHostThatYieldedInVainServesOnOnlyIfThePeerNeverServed() {
        CoreFixture refused = primary();
        long epoch = refused.epoch();
        refused.core.onSwitchover(0, false, refused.nowNs);
        Decision serves = refused.hear(ServiceRole.FENCED, epoch);
        assertEquals("SIMPLEX/PsATC", serves.role() + "/" + Letters.of(serves));
        assertTrue(refused.epoch() > epoch && !refused.core.beat().yields());
        CoreFixture silent = primary();
        silent.core.onSwitchover(0, false, silent.nowNs);
        HostRole unproven = silent.silence(2 * RoleTableTest.timing().silenceNs(), false).role();
        assertEquals(HostRole.CUT_PRIMARY, unproven, "nobody outside has answered");
        Decision gone = silent.silence(RoleTableTest.timing().silenceNs(), true);
        assertEquals("FENCED/FGUK", gone.role() + "/" + Letters.of(gone));
    }

    @Test
    void aStopThatFailedIsForgotten() {
        CoreFixture f = primary();
        f.core.onStop(0, false, f.nowNs);
        f.hear(ServiceRole.FENCED, f.epoch());
        assertEquals(HostRole.SIMPLEX, f.core.role());
        Decision crash = f.core.onCrash(50, 9, f.nowNs);
        assertEquals("FGUK", Letters.of(crash), "no end of the daemon");
    }

    @Test
    void aStopOfThePrimaryEndsItWhenThePeerServes() {
        CoreFixture f = primary();
        f.core.onStop(0, false, f.nowNs);
        Decision left = f.hear(ServiceRole.SIMPLEX, f.epoch() + 1);
        assertEquals("FENCED/FGUTKE", left.role() + "/" + Letters.of(left));
    }

    @Test
    void aStoppedBackupForwardsUntilThePrimaryHasTheAddressThenEnds() {
        CoreFixture f = RoleTableTest.in(HostRole.BACKUP);
        Decision stopped = f.core.onStop(0, false, f.nowNs);
        assertEquals(new Action.Plane(Mode.FORWARD_ONLY), stopped.actions().get(0));
        assertEquals("", Letters.of(f.core.onJettyAttached(77, f.nowNs)), "too late to come back");
        assertEquals("", Letters.of(f.hear(ServiceRole.SIMPLEX, f.epoch() + 1)), "on their way");
        f.silence(RoleTableTest.timing().silenceNs(), false);
        assertEquals("FE", Letters.of(f.hear(ServiceRole.SIMPLEX, f.epoch() + 1)));
    }

    @Test
    void aStoppedBackupEndsAlsoIfThePrimaryIsNotHeard() {
        CoreFixture f = RoleTableTest.in(HostRole.BACKUP);
        f.core.onStop(0, false, f.nowNs);
        String done = "";
        for (int i = 0; i < 10_000 && done.isEmpty(); i++) {
            done = Letters.of(f.tick());
        }
        assertEquals("FE", done);
    }

    @Test
    void nothingIsConcludedFromSilenceWhilePaused() {
        for (HostRole role : List.of(HostRole.PRIMARY, HostRole.BACKUP)) {
            CoreFixture f = RoleTableTest.in(role);
            f.hear(role == HostRole.PRIMARY ? ServiceRole.BACKUP : ServiceRole.PRIMARY, f.epoch());
            f.core.onPause(5_000 * MS, f.nowNs);
            assertEquals(role, f.silence(4_000 * MS, true).role());
            for (int i = 0; i < 300; i++) {
                assertEquals("", Letters.of(f.tick()), "no pulse of Jetty for 0.75 s more");
            }
            assertEquals("", Letters.of(f.core.onLogStalled(4000, f.nowNs)));
            assertEquals("", Letters.of(f.core.onCarrier(false, f.nowNs)));
            assertEquals("", Letters.of(f.core.onCarrier(true, f.nowNs)));
        }
    }

    @Test
    void theEndOfAPauseCountsSilenceFromThereOn() {
        CoreFixture f = RoleTableTest.in(HostRole.BACKUP);
        f.hear(ServiceRole.PRIMARY, f.epoch());
        f.core.onPause(1_000 * MS, f.nowNs);
        f.silence(1_000 * MS, true);
        assertEquals(HostRole.BACKUP, f.silence(70 * MS, true).role());
        assertEquals(HostRole.SIMPLEX, f.silence(40 * MS, true).role());
    }

    @Test
    void aCarrierThatIsStillMissingAtTheEndOfAPauseCounts() {
        CoreFixture f = primary();
        f.core.onPause(100 * MS, f.nowNs);
        f.core.onCarrier(false, f.nowNs);
        assertEquals(HostRole.CUT_PRIMARY, f.silence(110 * MS, false).role());
    }

    @Test
    void newsAreActedOnWhilePaused() {
        CoreFixture f = RoleTableTest.in(HostRole.BACKUP);
        f.hear(ServiceRole.PRIMARY, f.epoch());
        f.core.onPause(1_000 * MS, f.nowNs);
        Decision gasp =
                f.core.onBeat(f.beat(ServiceRole.FENCED, f.epoch(), false, true, ""), f.nowNs);
        assertEquals("SIMPLEX/PsATC", gasp.role() + "/" + Letters.of(gasp));
    }
}
