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
 * The whole table of states and inputs for the preferred host a. A cell is the next state and,
 * after a slash, what is done: P persist, F fence, s/p/b/w plane simplex/primary/backup/forward, A
 * announce, G last gasp, T tell the module, C claim the address, R reserve, K kill Jetty, U
 * unwatch, O ask outside, X refuse, L clear flows. A dot stands for: no change, nothing done.
 */
class RoleTableTest {
    private static final long MS = 1_000_000;
    private static final Timing TIMING = SimPair.TIMING;

    static final String[] STATES = {
        "DETACHED",
        "IDLE",
        "SIMPLEX",
        "SHARING",
        "OFFERING",
        "PRIMARY",
        "JOINING",
        "BACKUP",
        "CUT_PRIMARY",
        "CUT_SIMPLEX",
        "FENCED"
    };

    /** Rows: input; columns: as in STATES. */
    private static final String[] TABLE = {
        "beat idle ready     |.          |SIMPLEX/PsATC|SHARING/PT |.          |.            |SIMPLEX/PsATC|SIMPLEX/PsATC|SIMPLEX/PsATC|SIMPLEX/PsATC|SIMPLEX/PsAC |.",
        "beat idle not ready |.          |.            |.          |SIMPLEX/PsATC|SIMPLEX/PsATC|SIMPLEX/PsATC|SIMPLEX/PsATC|SIMPLEX/PsATC|SIMPLEX/PsATC|SIMPLEX/PsAC|.",
        "beat fenced         |.          |SIMPLEX/PsATC|.          |SIMPLEX/PsATC|SIMPLEX/PsATC|SIMPLEX/PsATC|SIMPLEX/PsATC|SIMPLEX/PsATC|SIMPLEX/PsATC|SIMPLEX/PsAC|.",
        "beat fenced higher  |.          |SIMPLEX/PsATC|.          |SIMPLEX/PsATC|FENCED/FGUK  |FENCED/FGUK  |FENCED/FGUK|FENCED/FGUK|FENCED/FGUK  |SIMPLEX/PsAC|.",
        "last gasp           |.          |SIMPLEX/PsATC|.          |SIMPLEX/PsATC|SIMPLEX/PsATC|SIMPLEX/PsATC|SIMPLEX/PsATC|SIMPLEX/PsATC|SIMPLEX/PsATC|SIMPLEX/PsAC|.",
        "last gasp stale     |.          |SIMPLEX/PsATC|.          |.          |.            |.            |.            |.            |.            |.            |.",
        "beat simplex same   |.          |.            |.          |SIMPLEX/PsATC|SIMPLEX/PsATC|SIMPLEX/PsATC|FENCED/FGUK|FENCED/FGUK|.            |.            |.",
        "beat simplex higher |.          |.            |FENCED/FGUK|FENCED/FGUK|FENCED/FGUK  |FENCED/FGUK  |FENCED/FGUK  |FENCED/FGUK  |FENCED/FGUK  |FENCED/FGUK  |.",
        "beat simplex lower  |.          |.            |./A        |./A        |./A          |./A          |./A          |./A          |./A          |FENCED/FGUK|.",
        "beat primary same   |.          |.            |.          |SIMPLEX/PsATC|SIMPLEX/PsATC|SIMPLEX/PsATC|./A        |./A          |.            |.            |.",
        "beat primary higher |.          |JOINING/PT   |FENCED/FGUK|FENCED/FGUK|FENCED/FGUK  |FENCED/FGUK  |FENCED/FGUK  |FENCED/FGUK  |FENCED/FGUK  |FENCED/FGUK  |.",
        "beat backup same    |.          |.            |.          |SIMPLEX/PsATC|PRIMARY/pAR|.            |.            |.            |./A          |./A          |.",
        "beat backup other   |.          |.            |.          |SIMPLEX/PsATC|SIMPLEX/PsATC|SIMPLEX/PsATC|.          |.            |.            |.            |.",
        "beat other config   |./X        |./X          |.          |SIMPLEX/PsATC|SIMPLEX/PsATC|SIMPLEX/PsATC|SIMPLEX/PsATC|SIMPLEX/PsATC|SIMPLEX/PsATC|SIMPLEX/PsAC|./X",
        "beat replayed       |.          |.            |.          |.          |.            |.            |.            |.            |.            |.            |.",
        "silence suspicious  |.          |.            |./O        |./O        |./O          |./O          |./O          |./O          |./O          |./O          |.",
        "silence, outside ok |.          |.            |.          |SIMPLEX/PsATC|SIMPLEX/PsATC|SIMPLEX/PsATC|SIMPLEX/PsATC|SIMPLEX/PsATC|.            |.            |.",
        "silence, no outside |.          |.            |CUT_SIMPLEX/FA|CUT_SIMPLEX/FA|CUT_SIMPLEX/FA|CUT_PRIMARY/FA|.      |.            |.            |.            |.",
        "late tick           |.          |.            |.          |.          |.            |.            |.            |.            |.            |.            |.",
        "silence for long    |.          |.            |CUT_SIMPLEX/FA|CUT_SIMPLEX/FA|CUT_SIMPLEX/FA|CUT_PRIMARY/FA|FENCED/FGUK|FENCED/FGUK|.           |.            |.",
        "carrier lost        |.          |.            |CUT_SIMPLEX/FA|CUT_SIMPLEX/FA|CUT_SIMPLEX/FA|CUT_PRIMARY/FA|FENCED/FGUK|FENCED/FGUK|.           |.            |.",
        "carrier back        |.          |.            |CUT_SIMPLEX|CUT_SIMPLEX|CUT_SIMPLEX  |CUT_PRIMARY  |FENCED       |FENCED       |.            |.            |.",
        "jetty attached      |./FL       |.            |.          |.          |.            |.            |.            |.            |.            |.            |DETACHED/FL",
        "jetty ready         |IDLE/A     |.            |.          |.          |.            |.            |.            |.            |.            |.            |.",
        "jetty lost          |DETACHED/UA|DETACHED/UA  |FENCED/FGUK|FENCED/FGUK|FENCED/FGUK  |FENCED/FGUK  |FENCED/FGUK  |FENCED/wGUK  |FENCED/FGUK  |FENCED/FGUK  |.",
        "jetty of another pid|.          |.            |.          |.          |.            |.            |.            |.            |.            |.            |.",
        "crash               |DETACHED/UA|DETACHED/UA  |FENCED/FGUK|FENCED/FGUK|FENCED/FGUK  |FENCED/FGUK  |FENCED/FGUK  |FENCED/wGUK  |FENCED/FGUK  |FENCED/FGUK  |.",
        "crash of another pid|.          |.            |FENCED/FGUK|FENCED/FGUK|FENCED/FGUK  |FENCED/FGUK  |FENCED/FGUK  |FENCED/wGUK  |FENCED/FGUK  |FENCED/FGUK  |.",
        "jetty stopping      |FENCED/FGUT|FENCED/FGUT  |FENCED/FGUT|FENCED/FGUT|FENCED/FGUT  |FENCED/FGUT  |FENCED/FGUT  |FENCED/wGUT  |FENCED/FGUT  |FENCED/FGUT  |.",
        "pulse missing       |.          |FENCED/FGUK  |FENCED/FGUK|FENCED/FGUK|FENCED/FGUK  |FENCED/FGUK  |FENCED/FGUK  |FENCED/wGUK  |FENCED/FGUK  |FENCED/FGUK  |.",
        "role overdue        |.          |.            |FENCED/FGUK|FENCED/FGUK|.            |.            |FENCED/FGUK  |.            |.            |.            |.",
        "role taken          |.          |.            |.          |OFFERING/A |.            |.            |BACKUP/bACR  |.            |.            |.            |.",
        "role taken stale    |.          |.            |.          |.          |.            |.            |.            |.            |.            |.            |.",
        "log link down       |.          |.            |.          |SIMPLEX/PsATC|SIMPLEX/PsATC|.          |.            |.            |.            |.            |.",
        "log stalled         |.          |.            |.          |SIMPLEX/PsATC|SIMPLEX/PsATC|SIMPLEX/PsATC|.          |.            |.            |.            |.",
        "persist failed      |.          |.            |FENCED/FGUK|FENCED/FGUK|FENCED/FGUK  |FENCED/FGUK  |FENCED/FGUK  |FENCED/FGUK  |FENCED/FGUK  |FENCED/FGUK  |.",
        "clear failed        |FENCED/FGUK|FENCED/FGUK|FENCED/FGUK|FENCED/FGUK|FENCED/FGUK|FENCED/FGUK|FENCED/FGUK|FENCED/wGUK|FENCED/FGUK|FENCED/FGUK|.",
        "shutdown            |FENCED/FGU |FENCED/FGU   |FENCED/FGUTK|FENCED/FGUTK|FENCED/FGUTK|FENCED/FGUTK|FENCED/FGUTK|FENCED/FGUTK|FENCED/FGUTK|FENCED/FGUTK|FENCED/FG",
    };

    static Timing timing() {
        return TIMING;
    }

    static CoreFixture in(HostRole state) {
        return in(state, new CoreFixture());
    }

    static CoreFixture in(HostRole state, CoreFixture f) {
        if (state == HostRole.FENCED) {
            f.core.onShutdown(f.nowNs);
            return f;
        }
        f.core.onJettyAttached(50, f.nowNs);
        if (state == HostRole.DETACHED) {
            return f;
        }
        f.core.onJettyReady(f.nowNs);
        f.core.onLogLink(true, f.nowNs);
        f.silence(TIMING.hearingNs(), false);
        switch (state) {
            case IDLE -> {}
            case JOINING, BACKUP -> {
                f.hear(ServiceRole.PRIMARY, 12);
                if (state == HostRole.BACKUP) {
                    f.core.onRoleTaken(12, ServiceRole.BACKUP, f.nowNs);
                }
            }
            default -> serve(f, state);
        }
        assertEquals(state, f.core.role());
        return f;
    }

    private static void serve(CoreFixture f, HostRole state) {
        f.hear(ServiceRole.IDLE, 0);
        if (state == HostRole.CUT_SIMPLEX) {
            f.core.onRoleTaken(f.epoch(), ServiceRole.SIMPLEX, f.nowNs);
            cut(f);
        } else if (state != HostRole.SIMPLEX) {
            share(f, state);
        }
    }

    private static void share(CoreFixture f, HostRole state) {
        f.core.onRoleTaken(f.epoch(), ServiceRole.SIMPLEX, f.nowNs);
        f.hear(ServiceRole.IDLE, 0);
        if (state == HostRole.SHARING) {
            return;
        }
        f.core.onRoleTaken(13, ServiceRole.PRIMARY, f.nowNs);
        if (state == HostRole.OFFERING) {
            return;
        }
        f.hear(ServiceRole.BACKUP, 13);
        if (state == HostRole.CUT_PRIMARY) {
            cut(f);
        }
    }

    private static void cut(CoreFixture f) {
        f.core.onCarrier(false, f.nowNs);
        f.core.onCarrier(true, f.nowNs);
    }

    static Map<String, Function<CoreFixture, Decision>> inputs() {
        Map<String, Function<CoreFixture, Decision>> in = new LinkedHashMap<>();
        in.put("beat idle ready", f -> hearWhenReady(f, ServiceRole.IDLE));
        in.put("beat idle not ready", f -> say(f, ServiceRole.IDLE, f.epoch(), false, false, ""));
        in.put("beat fenced", f -> say(f, ServiceRole.FENCED, f.epoch(), false, false, ""));
        in.put(
                "beat fenced higher",
                f -> say(f, ServiceRole.FENCED, f.epoch() + 100, false, false, ""));
        in.put("last gasp", f -> say(f, ServiceRole.FENCED, f.epoch(), false, true, ""));
        in.put("last gasp stale", f -> say(f, ServiceRole.FENCED, f.epoch() - 1, false, true, ""));
        in.put("beat simplex same", f -> f.hear(ServiceRole.SIMPLEX, f.epoch()));
        in.put("beat simplex higher", f -> f.hear(ServiceRole.SIMPLEX, f.epoch() + 100));
        in.put("beat simplex lower", f -> f.hear(ServiceRole.SIMPLEX, f.epoch() - 1));
        in.put("beat primary same", f -> f.hear(ServiceRole.PRIMARY, f.epoch()));
        in.put("beat primary higher", f -> f.hear(ServiceRole.PRIMARY, f.epoch() + 100));
        in.put("beat backup same", f -> f.hear(ServiceRole.BACKUP, f.epoch()));
        in.put("beat backup other", f -> f.hear(ServiceRole.BACKUP, f.epoch() - 1));
        in.put("beat other config", f -> say(f, ServiceRole.IDLE, 0, true, false, "differs"));
        in.put(
                "beat replayed",
                f -> {
                    f.sequence -= 1;
                    return f.sequence < 0
                            ? Decision.stay(f.core.role())
                            : f.hear(ServiceRole.SIMPLEX, 1000);
                });
        in.put("silence suspicious", f -> f.silence(TIMING.suspicionNs(), false));
        in.put("silence, outside ok", f -> f.silence(TIMING.silenceNs(), true));
        in.put("silence, no outside", f -> withoutProbes(f.silence(TIMING.cutNs(), false)));
        in.put("silence for long", f -> withoutProbes(f.silence(TIMING.staleNs(), false)));
        in.put("late tick", f -> f.core.onTick(f.nowNs + 900 * MS));
        in.put("carrier lost", f -> f.core.onCarrier(false, f.nowNs));
        in.put("carrier back", RoleTableTest::carrierBack);
        in.put("jetty attached", f -> f.core.onJettyAttached(51, f.nowNs));
        in.put("jetty ready", f -> f.core.onJettyReady(f.nowNs));
        in.put("jetty lost", f -> f.core.onJettyLost(50, "gone", f.nowNs));
        in.put("jetty of another pid", f -> f.core.onJettyLost(49, "gone", f.nowNs));
        in.put("crash", f -> f.core.onCrash(50, 9, f.nowNs));
        in.put("crash of another pid", f -> f.core.onCrash(49, 9, f.nowNs));
        in.put("jetty stopping", f -> f.core.onJettyStopping("test", f.nowNs));
        in.put("pulse missing", RoleTableTest::pulseMissing);
        in.put("role overdue", RoleTableTest::roleOverdue);
        in.put("role taken", RoleTableTest::roleTaken);
        in.put("role taken stale", f -> f.core.onRoleTaken(1, ServiceRole.PRIMARY, f.nowNs));
        in.put("log link down", f -> f.core.onLogLink(false, f.nowNs));
        in.put("log stalled", f -> f.core.onLogStalled(1000, f.nowNs));
        in.put("persist failed", f -> f.core.onPersistFailed("disk full", f.nowNs));
        in.put("clear failed", f -> f.core.onClearFailed("ss", f.nowNs));
        in.put("shutdown", f -> f.core.onShutdown(f.nowNs));
        return in;
    }

    private static Decision say(
            CoreFixture f,
            ServiceRole role,
            long epoch,
            boolean ready,
            boolean gasp,
            String problem) {
        return f.core.onBeat(f.beat(role, epoch, ready, gasp, problem), f.nowNs);
    }

    private static Decision hearWhenReady(CoreFixture f, ServiceRole role) {
        if (f.core.role() == HostRole.SIMPLEX) {
            f.core.onRoleTaken(f.epoch(), ServiceRole.SIMPLEX, f.nowNs);
        }
        return f.hear(role, f.epoch());
    }

    private static Decision withoutProbes(Decision last) {
        return last.actions().stream().allMatch(a -> a instanceof Action.ProbeOutside)
                ? Decision.stay(last.role())
                : last;
    }

    /** Outside hosts answer at once; the peer has not had the time to. */
    private static Decision carrierBack(CoreFixture f) {
        f.core.onCarrier(false, f.nowNs);
        for (int i = 0; i < 800; i++) {
            f.core.onPulse(f.nowNs);
            f.tick();
        }
        f.core.onCarrier(true, f.nowNs);
        return withoutProbes(f.silence(TIMING.silenceNs() - 2 * TIMING.tickNs(), true));
    }

    /** Ticks for a second while the peer is heard, so that only Jetty is missed. */
    private static Decision pulseMissing(CoreFixture f) {
        HostRole before = f.core.role();
        for (int i = 0; i < 420; i++) {
            Decision last = f.tick();
            if (last.role() != before || !last.actions().isEmpty() && !probes(last)) {
                return last;
            }
            keepPeer(f);
        }
        return Decision.stay(before);
    }

    private static boolean probes(Decision decision) {
        Action first = decision.actions().get(0);
        return first instanceof Action.ProbeOutside
                || first instanceof Action.AskWitness
                || first instanceof Action.KeepSole;
    }

    private static void keepPeer(CoreFixture f) {
        switch (f.core.role()) {
            case SHARING, OFFERING -> f.hear(ServiceRole.IDLE, 0);
            case PRIMARY, CUT_PRIMARY -> f.hear(ServiceRole.BACKUP, f.epoch());
            case JOINING, BACKUP -> f.hear(ServiceRole.PRIMARY, f.epoch());
            case CUT_SIMPLEX -> f.hear(ServiceRole.SIMPLEX, f.epoch());
            case SIMPLEX -> say(f, ServiceRole.IDLE, 0, false, false, "");
            case DETACHED, IDLE, FENCED -> {}
        }
    }

    private static Decision roleOverdue(CoreFixture f) {
        if (f.core.role() == HostRole.CUT_SIMPLEX || f.core.role() == HostRole.CUT_PRIMARY) {
            return Decision.stay(f.core.role());
        }
        f.nowNs += 10_001 * MS;
        Decision tick = f.core.onTick(f.nowNs);
        boolean isOverdue = tick.reason().contains("in time") && !tick.reason().contains("peer");
        return isOverdue ? tick : Decision.stay(stateBefore(f, tick));
    }

    /** An offer that lasts that long is withdrawn, which is not what this row is about. */
    private static HostRole stateBefore(CoreFixture f, Decision tick) {
        return tick.reason().contains("offer") ? HostRole.OFFERING : f.core.role();
    }

    private static Decision roleTaken(CoreFixture f) {
        return switch (f.core.role()) {
            case SHARING -> f.core.onRoleTaken(13, ServiceRole.PRIMARY, f.nowNs);
            case JOINING -> f.core.onRoleTaken(12, ServiceRole.BACKUP, f.nowNs);
            default -> f.core.onRoleTaken(f.epoch(), ServiceRole.SIMPLEX, f.nowNs);
        };
    }

    @TestFactory
    List<DynamicTest> everyCell() {
        Map<String, Function<CoreFixture, Decision>> inputs = inputs();
        List<DynamicTest> tests = new ArrayList<>();
        for (String row : TABLE) {
            String[] cells = row.split("\\|");
            String input = cells[0].strip();
            for (int i = 0; i < STATES.length; i++) {
                HostRole state = HostRole.valueOf(STATES[i]);
                String cell = cells[i + 1].strip();
                tests.add(
                        DynamicTest.dynamicTest(
                                state + " on " + input,
                                () -> assertCell(state, cell, inputs.get(input))));
            }
        }
        return tests;
    }

    private static void assertCell(
            HostRole state, String cell, Function<CoreFixture, Decision> input) {
        CoreFixture fixture = in(state);
        Decision decision = input.apply(fixture);
        String[] expected = cell.split("/");
        String role = expected[0].equals(".") ? state.name() : expected[0];
        String actions = expected.length > 1 ? expected[1].strip() : "";
        assertEquals(
                role + "/" + actions,
                decision.role() + "/" + Letters.of(decision),
                decision.reason());
    }

    @Test
    void theTableIsComplete() {
        assertEquals(inputs().size(), TABLE.length);
        assertEquals(HostRole.values().length, STATES.length);
    }

    @Test
    void everyChangeThatSendsPersistsBeforeItFlipsAndFlipsBeforeItTells() {
        for (String row : TABLE) {
            for (String cell : row.split("\\|")) {
                int flip = cell.indexOf("s", cell.indexOf('/'));
                if (cell.contains("/") && cell.startsWith("SIMPLEX")) {
                    assertTrue(cell.indexOf("/P") >= 0 && cell.indexOf("/P") < flip, cell);
                    assertTrue(
                            cell.indexOf('T', cell.indexOf('/')) < 0
                                    || cell.indexOf('T', cell.indexOf('/')) > flip,
                            cell);
                }
            }
        }
    }

    @Test
    void promotionCarriesTheFlowsAndTheNewEpoch() {
        CoreFixture f = in(HostRole.BACKUP);
        Decision decision = f.core.onBeat(f.beat(ServiceRole.FENCED, 12, false, true, ""), f.nowNs);
        assertEquals(new Action.PersistEpoch(13), decision.actions().get(0));
        assertEquals(new Action.Plane(Mode.SIMPLEX), decision.actions().get(1));
        assertEquals(
                new Action.TakeRole(13, ServiceRole.SIMPLEX, "last gasp of the primary", true),
                decision.actions().get(3));
    }
}
