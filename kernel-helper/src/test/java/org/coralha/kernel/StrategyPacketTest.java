package org.coralha.kernel;

import static org.coralha.kernel.PacketLab.CLIENT_ISN;
import static org.coralha.kernel.PacketLab.NONE;
import static org.coralha.kernel.PacketLab.PASS;
import static org.coralha.kernel.PacketLab.REDIRECT;
import static org.coralha.kernel.PacketLab.SHOT;
import static org.coralha.kernel.PacketLab.STOLEN;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.coralha.kernel.PacketLab.Outcome;
import org.coralha.pair.Acknowledgement;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The strict acknowledgements side by side: one course of events, and what each tells the client.
 * In the tables numbers count the client's bytes, a dash is silence, and the columns are what the
 * client hears under conditional, eager and lazy. Needs root.
 */
@SameWithAnyJava
@ParameterizedClass
@EnumSource(Family.class)
class StrategyPacketTest {
    @Parameter Family family;

    private static final long FIRST = CLIENT_ISN + 1;
    private static final long OWN = 0x7fff_fff0L;
    private static final long EDGE = FIRST + 65_535;
    private static final String SILENCE = "-";
    private static final List<Acknowledgement> COLUMNS =
            List.of(Acknowledgement.CONDITIONAL, Acknowledgement.EAGER, Acknowledgement.LAZY);
    private PacketLab lab;

    @BeforeEach
    void load() {
        lab = new PacketLab(family);
    }

    @AfterEach
    void unload() {
        lab.close();
    }

    /** The same course for each strategy, on a connection of its own. */
    private void course(String table) {
        List<String> rows = table.lines().filter(row -> !row.isBlank()).toList();
        for (int column = 0; column < COLUMNS.size(); column++) {
            lab.nextPort();
            lab.service.acknowledgement(COLUMNS.get(column));
            lab.guard(OWN, NONE);
            for (String row : rows) {
                String[] words = row.trim().split("[ |]+", -1);
                String heard = event(words[0], Long.parseLong(words[1]));
                assertEquals(words[2 + column], heard, COLUMNS.get(column) + " at: " + row);
            }
        }
    }

    /** What the client hears of an event: an acknowledgement or nothing. */
    private String event(String what, long bytes) {
        Outcome outcome =
                switch (what) {
                    case "own" -> own(FIRST + bytes, NONE);
                    case "data" -> own(FIRST + bytes, new byte[] {1});
                    case "backup" -> lab.report(FIRST + bytes, EDGE, NONE);
                    default -> throw new IllegalArgumentException(what);
                };
        if (outcome.action() == STOLEN || outcome.action() == SHOT) {
            return SILENCE;
        }
        assertEquals(what.equals("backup") ? REDIRECT : PASS, outcome.action());
        assertTrue(outcome.segment().valid());
        return Long.toString(outcome.segment().ack() - FIRST);
    }

    private Outcome own(long ack, byte[] payload) {
        return lab.out(Segment.of(Segment.ACK, OWN + 1, ack, NONE, payload).window(1000));
    }

    @Test
    void theBackupComesAfterThePrimary() {
        course(
                """
                backup   0   |  -            -     -
                own    700   |  -            0     -
                backup 300   |  300          300   -
                own    900   |  -            300   -
                backup 700   |  700          700   700
                backup 800   |  800          800   -
                backup 900   |  900          900   900
                backup 900   |  -            -     -
                """);
    }

    @Test
    void theBackupIsAhead() {
        course(
                """
                backup   0   |  -            -     -
                backup 300   |  -            -     -
                own    300   |  300          300   300
                own    700   |  -            300   -
                backup 500   |  500          500   -
                own    900   |  -            500   -
                backup 950   |  900          900   900
                own    950   |  950          950   950
                """);
    }

    @Test
    void whatIsPartlyCoveredWhenItIsSaid() {
        course(
                """
                backup 300   |  -            -     -
                own    700   |  300          300   -
                backup 700   |  700          700   700
                """);
    }

    /** Or the client would have to wait for its timer. */
    @Test
    void whatWentLoweredWithDataIsOwedToo() {
        course(
                """
                backup   0   |  -            -     -
                data   700   |  0            0     0
                backup 300   |  300          300   -
                data   700   |  300          300   300
                backup 700   |  700          700   700
                """);
    }

    /** None may invent an acknowledgement of what own stack has not said. */
    @Test
    void theBackupAloneIsNotEnough() {
        course(
                """
                backup 700   |  -            -     -
                data   100   |  100          100   100
                backup 900   |  -            -     -
                """);
    }

    @ParameterizedTest
    @EnumSource(names = {"CONDITIONAL", "EAGER", "LAZY"})
    void aHoleOfTheBackupIsTold(Acknowledgement strategy) {
        lab.service.acknowledgement(strategy);
        lab.guard(OWN, NONE);
        lab.report(FIRST, EDGE, NONE);
        own(FIRST + 700, NONE);
        byte[] blocks = Segment.sackThenTimestamp(1, 2, FIRST + 100, FIRST + 200);
        Outcome told = lab.report(FIRST, EDGE, blocks);
        assertEquals(REDIRECT, told.action());
        assertEquals(FIRST, told.segment().ack());
        assertEquals(FIRST + 100, told.segment().option(2));
    }

    /** Or the client would repeat for ever what is there, and never what is missing. */
    @Test
    void aHoleBehindWhatTheLazyHasNotToldYetIsTold() {
        lab.service.acknowledgement(Acknowledgement.LAZY);
        lab.guard(OWN, NONE);
        own(FIRST + 700, NONE);
        byte[] blocks = Segment.sackThenTimestamp(1, 2, FIRST + 400, FIRST + 500);
        assertEquals(SHOT, lab.report(FIRST + 300, EDGE, blocks).action());
        Outcome told = lab.report(FIRST + 300, EDGE, blocks);
        assertEquals(REDIRECT, told.action());
        assertEquals(FIRST + 300, told.segment().ack());
        assertTrue(told.segment().valid());
        assertEquals(FIRST + 700, lab.report(FIRST + 700, EDGE, NONE).segment().ack());
    }

    @ParameterizedTest
    @EnumSource(names = {"CONDITIONAL", "EAGER", "LAZY"})
    void roomIsToldWhenItIsMuchAndByTheEagerAlways(Acknowledgement strategy) {
        lab.service.acknowledgement(strategy);
        lab.guard(OWN, NONE);
        lab.report(FIRST + 700, FIRST + 100_000, NONE);
        Segment roomy = Segment.of(Segment.ACK, OWN + 1, FIRST + 700, NONE, NONE).window(60_000);
        assertEquals((100_000 - 700) >> 7, lab.out(roomy).segment().window(), "as the backup");
        boolean eager = strategy == Acknowledgement.EAGER;
        Outcome little = lab.report(FIRST + 700, FIRST + 101_000, NONE);
        assertEquals(eager ? REDIRECT : SHOT, little.action());
        Outcome much = lab.report(FIRST + 700, FIRST + 400_000, NONE);
        assertEquals(REDIRECT, much.action());
        assertEquals((400_000 - 700) >> 7, much.segment().window());
    }

    @ParameterizedTest
    @EnumSource(names = {"CONDITIONAL", "EAGER", "LAZY"})
    void whatIsOwedIsPaidOnceThePeerIsGivenUp(Acknowledgement strategy) {
        lab.service.acknowledgement(strategy);
        lab.guard(OWN, NONE);
        lab.report(FIRST + 300, EDGE, NONE);
        own(FIRST + 700, NONE);
        lab.service.mode(DataPlane.Mode.SIMPLEX);
        List<OwedAcknowledgement> found = lab.flows.owed(10);
        assertEquals(1, found.size());
        assertEquals(FIRST + 700, new Segment(found.get(0).frame()).ack());
    }
}
