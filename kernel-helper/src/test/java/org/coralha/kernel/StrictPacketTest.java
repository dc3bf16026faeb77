package org.coralha.kernel;

import static org.coralha.kernel.PacketLab.CLIENT_ISN;
import static org.coralha.kernel.PacketLab.NONE;
import static org.coralha.kernel.PacketLab.PASS;
import static org.coralha.kernel.PacketLab.REDIRECT;
import static org.coralha.kernel.PacketLab.SHOT;
import static org.coralha.kernel.PacketLab.STOLEN;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import org.coralha.kernel.PacketLab.Outcome;
import org.coralha.pair.Acknowledgement;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What a primary acknowledges on flows that the backup replicates. Needs root. */
@SameWithAnyJava
@ParameterizedClass
@EnumSource(Family.class)
class StrictPacketTest {
    @Parameter Family family;

    private static final long FIRST = CLIENT_ISN + 1;
    private static final long OWN = 0xffff_fff0L;
    private static final int SCALE = 7;
    private static final int ROOMY = 1000;
    private PacketLab lab;

    @BeforeEach
    void load() {
        lab = new PacketLab(family);
    }

    @AfterEach
    void unload() {
        lab.close();
    }

    private Outcome own(long ack, int window) {
        return lab.out(Segment.of(Segment.ACK, OWN + 1, ack, NONE, NONE).window(window));
    }

    @Test
    void acknowledgesNoByteThatTheBackupHasNotReported() {
        lab.guard(OWN, NONE);
        Segment data = Segment.of(Segment.ACK, OWN + 1, FIRST + 700, NONE, new byte[] {1, 2, 3});
        Outcome reply = lab.out(data);
        assertEquals(PASS, reply.action());
        assertEquals(FIRST, reply.segment().ack());
        assertTrue(reply.segment().valid());
        assertEquals(1, lab.count("ack_capped"));
        assertEquals(SHOT, lab.report(FIRST, FIRST + 5000, NONE).action(), "no news");
        assertEquals(FIRST, lab.out(data).segment().ack());
        Outcome paid = lab.report(FIRST + 300, FIRST + 5300, NONE);
        assertEquals(REDIRECT, paid.action());
        assertEquals(FIRST + 300, paid.segment().ack());
        assertEquals(FIRST + 300, lab.out(data).segment().ack());
    }

    @Test
    void reportBecomesTheAcknowledgementThatIsOwed() {
        lab.guard(OWN, Segment.timestamp(111, 1));
        lab.report(FIRST, FIRST + 65_535, Segment.timestamp(9, 9));
        Segment owed =
                Segment.of(Segment.ACK, OWN + 21, FIRST + 700, Segment.timestamp(222, 333), NONE);
        assertEquals(STOLEN, lab.out(owed.window(ROOMY)).action());
        assertEquals(1, lab.count("ack_owed"));
        byte[] options = Segment.sackThenTimestamp(9, 9, FIRST + 2000, FIRST + 2100);
        Outcome paid = lab.report(FIRST + 9000, FIRST + 65_535, options);
        assertEquals(REDIRECT, paid.action());
        Segment ack = paid.segment();
        assertEquals(FIRST + 700, ack.ack(), "not more than own stack has");
        assertEquals((OWN + 21) & 0xffff_ffffL, ack.seq());
        assertEquals(0x01010101L, ack.option(0));
        assertEquals(222, ack.option(12));
        assertEquals(333, ack.option(16));
        assertEquals((65_535 - 700 + 127) >> SCALE, ack.window(), "told once, not taken back");
        assertArrayEquals(new byte[6], ack.targetMac());
        assertTrue(ack.valid());
        assertEquals(1, lab.count("ack_paid"));
        assertEquals(
                SHOT, lab.report(FIRST + 9000, FIRST + 65_535, options).action(), "paid already");
    }

    @Test
    void timestampsThatTheClientDoesNotExpectAreBlanked() {
        lab.guard(OWN, NONE);
        lab.report(FIRST, FIRST + 65_535, NONE);
        assertEquals(STOLEN, own(FIRST + 700, 1).action());
        Outcome paid = lab.report(FIRST + 700, FIRST + 65_535, Segment.timestamp(5, 6));
        assertEquals(REDIRECT, paid.action());
        for (int at = 0; at < 12; at += 4) {
            assertEquals(0x01010101L, paid.segment().option(at));
        }
        assertTrue(paid.segment().valid());
    }

    @Test
    void reportWithoutTheTimestampThatTheClientExpectsIsNotSent() {
        lab.guard(OWN, Segment.timestamp(111, 1));
        lab.report(FIRST, FIRST + 65_535, NONE);
        assertEquals(STOLEN, own(FIRST + 700, 1).action());
        assertEquals(SHOT, lab.report(FIRST + 700, FIRST + 65_535, NONE).action());
        assertEquals(1, lab.count("report_untimed"));
        assertEquals(FIRST + 700, own(FIRST + 700, 1).segment().ack(), "own stack says it again");
    }

    @Test
    void offersNoMoreRoomThanTheBackupHas() {
        lab.guard(OWN, NONE);
        lab.report(FIRST + 700, FIRST + 100_000, NONE);
        Outcome narrowed = own(FIRST + 700, 60_000);
        assertEquals(FIRST + 700, narrowed.segment().ack());
        assertEquals((100_000 - 700) >> SCALE, narrowed.segment().window(), "rounded down");
        assertTrue(narrowed.segment().valid());
        assertEquals(1, lab.count("window_capped"));
        assertEquals(STOLEN, own(FIRST + 700, 60_001).action(), "no news for the client");
        Outcome reopened = lab.report(FIRST + 700, FIRST + 400_000, NONE);
        assertEquals(REDIRECT, reopened.action());
        assertEquals((400_000 - 700) >> SCALE, reopened.segment().window());
    }

    @Test
    void duplicatesThatOwnStackMeansToSendPass() {
        lab.guard(OWN, NONE);
        lab.report(FIRST + 700, FIRST + 65_535, NONE);
        assertEquals(PASS, own(FIRST + 700, 4).action());
        Outcome twice = own(FIRST + 700, 4);
        assertEquals(PASS, twice.action());
        assertEquals(FIRST + 700, twice.segment().ack());
        byte[] hole = Segment.sackThenTimestamp(1, 2, FIRST + 900, FIRST + 1000);
        Outcome kept = lab.out(Segment.of(Segment.ACK, OWN + 1, FIRST + 700, hole, NONE).window(4));
        assertEquals(FIRST + 900, kept.segment().option(2));
        assertTrue(kept.segment().valid());
    }

    @Test
    void whatTheBackupAloneMissesIsToldByTheBackupAlone() {
        lab.guard(OWN, NONE);
        lab.report(FIRST, FIRST + 65_535, NONE);
        assertEquals(STOLEN, own(FIRST + 700, 4).action());
        assertEquals(STOLEN, own(FIRST + 700, 4).action(), "the client would learn nothing");
        byte[] blocks = Segment.sackThenTimestamp(1, 2, FIRST + 100, FIRST + 200);
        Outcome told = lab.report(FIRST, FIRST + 65_535, blocks);
        assertEquals(REDIRECT, told.action());
        assertEquals(FIRST, told.segment().ack());
        assertEquals(FIRST + 100, told.segment().option(2), "what the backup has above the hole");
        assertTrue(told.segment().valid());
        assertEquals(REDIRECT, lab.report(FIRST, FIRST + 65_535, blocks).action(), "each counts");
        assertEquals(
                REDIRECT, lab.report(FIRST, FIRST + 65_535, NONE).action(), "and without blocks");
        assertEquals(FIRST + 700, lab.report(FIRST + 700, FIRST + 65_535, NONE).segment().ack());
        assertEquals(
                SHOT, lab.report(FIRST + 700, FIRST + 65_535, blocks).action(), "no hole is left");
    }

    @Test
    void holeThatBothHaveIsToldByOwnStack() {
        lab.guard(OWN, NONE);
        lab.report(FIRST, FIRST + 65_535, NONE);
        byte[] blocks = Segment.sackThenTimestamp(1, 2, FIRST + 100, FIRST + 200);
        Segment duplicate = Segment.of(Segment.ACK, OWN + 1, FIRST, blocks, NONE).window(4);
        assertEquals(FIRST + 100, lab.out(duplicate).segment().option(2));
        assertEquals(SHOT, lab.report(FIRST, FIRST + 65_535, blocks).action());
    }

    @Test
    void duplicateAboveWhatTheClientIsToldDoesNotReadAsData() {
        lab.guard(OWN, NONE);
        lab.report(FIRST, FIRST + 65_535, NONE);
        byte[] duplicate = Segment.sackThenTimestamp(1, 2, FIRST + 100, FIRST + 200);
        Segment data =
                Segment.of(Segment.ACK, OWN + 1, FIRST + 700, duplicate, new byte[] {1}).window(4);
        assertEquals(0x01010101L, lab.out(data).segment().option(0));
    }

    @Test
    void finOfTheClientIsAcknowledgedWhenTheBackupHasIt() {
        lab.guard(OWN, NONE);
        lab.in(Segment.of(Segment.ACK | Segment.FIN, FIRST, OWN + 1, NONE, NONE));
        lab.report(FIRST, FIRST + 65_535, NONE);
        assertEquals(STOLEN, own(FIRST + 1, 4).action());
        assertEquals(FIRST + 1, lab.report(FIRST + 1, FIRST + 65_536, NONE).segment().ack());
    }

    @Test
    void reportsThatCannotBeTrueOrFindNoFlowEndHere() {
        lab.guard(OWN, NONE);
        own(FIRST + 700, ROOMY);
        assertEquals(SHOT, lab.report(FIRST + (1L << 28), FIRST + (1L << 28), NONE).action());
        assertEquals(SHOT, lab.report(FIRST + 700, FIRST, NONE).action(), "edge before ack");
        assertEquals(2, lab.count("report_implausible"));
        lab.clientPort++;
        assertEquals(SHOT, lab.report(FIRST + 700, FIRST + 800, NONE).action());
        lab.clientPort--;
        lab.service.mode(DataPlane.Mode.FENCED);
        assertEquals(SHOT, lab.report(FIRST + 700, FIRST + 800, NONE).action());
        assertEquals(2, lab.count("report_unknown"));
        assertEquals(0, lab.count("ack_paid"));
    }

    @Test
    void flowThatTheBackupGivesUpIsAcknowledgedFreely() {
        lab.guard(OWN, NONE);
        assertEquals(FIRST, own(FIRST + 700, ROOMY).segment().ack());
        Outcome paid = lab.report(Segment.of(Segment.RST, 1, 0, NONE, NONE));
        assertEquals(REDIRECT, paid.action(), "own stack may never say it again");
        assertEquals(FIRST + 700, paid.segment().ack());
        assertEquals(Segment.ACK, paid.segment().flags());
        assertTrue(paid.segment().valid());
        assertEquals(FIRST + 800, own(FIRST + 800, ROOMY).segment().ack());
        assertEquals(1, lab.count("guard_released"));
    }

    @Test
    void connectionThatOwnStackForgotIsNotResetWhileItsEndIsOwed() {
        lab.guard(OWN, NONE);
        lab.report(FIRST, FIRST + 65_535, NONE);
        lab.in(Segment.of(Segment.FIN | Segment.ACK, FIRST, OWN + 1, NONE, new byte[700]));
        lab.out(Segment.of(Segment.FIN | Segment.ACK, OWN + 1, FIRST + 701, NONE, NONE));
        Segment reset = Segment.of(Segment.RST, OWN + 2, 0, NONE, NONE);
        assertEquals(STOLEN, lab.out(reset).action());
        Outcome paid = lab.report(FIRST + 701, FIRST + 65_535, NONE);
        assertEquals(REDIRECT, paid.action());
        assertEquals(FIRST + 701, paid.segment().ack());
        assertConcluded(lab.out(reset));
    }

    /** The reset has become what the client was told before. */
    private static void assertConcluded(Outcome outcome) {
        assertEquals(PASS, outcome.action());
        assertEquals(Segment.ACK, outcome.segment().flags());
        assertEquals(OWN + 2, outcome.segment().seq() & 0xffff_ffffL | (OWN & ~0xffff_ffffL));
        assertEquals(FIRST + 701, outcome.segment().ack());
        assertTrue(outcome.segment().valid());
    }

    @Test
    void repeatedFinThatCrossesTheEndOfTheReplicaIsNotReset() {
        lab.guard(OWN, NONE);
        lab.report(FIRST, FIRST + 65_535, NONE);
        Segment fin = Segment.of(Segment.FIN | Segment.ACK, FIRST, OWN + 1, NONE, new byte[700]);
        lab.in(fin);
        lab.out(Segment.of(Segment.FIN | Segment.ACK, OWN + 1, FIRST + 701, NONE, NONE));
        Outcome paid = lab.report(Segment.of(Segment.RST, 1, 0, NONE, NONE));
        assertEquals(REDIRECT, paid.action());
        assertEquals(FIRST + 701, paid.segment().ack());
        // The backup has nothing of the connection any more and says so on what it forwards.
        assertEquals(PASS, lab.in(fin.with(46, 0x52)).action());
        assertConcluded(lab.out(Segment.of(Segment.RST, OWN + 2, 0, NONE, NONE)));
        assertEquals(0, lab.count("guard_released"));
        assertEquals(FIRST + 701, own(FIRST + 701, ROOMY).segment().ack(), "own stack, if alive");
        assertEquals(1, lab.flows.sweep(System.nanoTime()), "the entry goes with time");
    }

    @Test
    void flowThatTheBackupNeverHadIsAcknowledgedFreely() {
        lab.guard(OWN, NONE);
        Segment marked = Segment.of(Segment.ACK, FIRST, OWN + 1, NONE, new byte[4]).with(46, 0x52);
        assertEquals(PASS, lab.in(marked).action());
        assertEquals(FIRST + 4, own(FIRST + 4, ROOMY).segment().ack());
        assertEquals(1, lab.count("guard_released"));
    }

    @Test
    void simplexEndsTheGuardAndTheFlowIsLocalFromThen() {
        lab.guard(OWN, NONE);
        lab.service.mode(DataPlane.Mode.SIMPLEX);
        assertEquals(FIRST + 700, own(FIRST + 700, ROOMY).segment().ack());
        assertEquals(1, lab.count("local_noted"));
        lab.service.mode(DataPlane.Mode.PRIMARY);
        assertEquals(FIRST + 800, own(FIRST + 800, ROOMY).segment().ack());
    }

    @Test
    void handshakeThatDidNotComeOverThePeerIsNotGuarded() {
        lab.guard(OWN, NONE);
        lab.from = new byte[] {2, 0, 0, 0, 0, 1};
        Segment data = Segment.of(Segment.ACK, FIRST, OWN + 1, NONE, new byte[4]);
        assertEquals(REDIRECT, lab.in(data).action(), "sent to the backup first");
        assertEquals(1, lab.count("guard_begun"));
    }

    @Test
    void switchedOffNothingIsHeldBack() {
        lab.service.acknowledgement(Acknowledgement.OFF);
        lab.guard(OWN, NONE);
        assertEquals(FIRST + 700, own(FIRST + 700, ROOMY).segment().ack());
        assertEquals(0, lab.count("guard_begun"));
    }

    @Test
    void flowThatFindsNoRoomIsNotGuarded() {
        ByteBuffer key = ByteBuffer.allocate(PinLayout.FLOW_KEY_BYTES);
        for (int i = 0; i < 131_072; i++) {
            key.putInt(PinLayout.FLOW_KEY_CLIENT, i).putShort(PinLayout.FLOW_KEY_PORT, (short) 1);
            lab.guardMap().put(key.array(), new byte[PinLayout.GUARD_BYTES]);
        }
        lab.guard(OWN, NONE);
        assertEquals(FIRST + 700, own(FIRST + 700, ROOMY).segment().ack());
        assertEquals(1, lab.count("guard_table_full"));
        lab.flows.clear();
        assertTrue(lab.guardMap().keys(1).isEmpty());
    }

    @Test
    void connectionThatOwnStackForgotDoesNotCapTheNextOneOfThePort() {
        lab.guard(OWN, NONE);
        own(FIRST + 700, ROOMY);
        lab.report(FIRST + 700, FIRST + 65_535, NONE);
        long next = 0x8000_0000L;
        assertEquals(PASS, lab.in(Segment.of(Segment.SYN, next, 0, NONE, NONE)).action());
        lab.out(Segment.of(Segment.SYN | Segment.ACK, 77, next + 1, NONE, NONE));
        Segment data = Segment.of(Segment.ACK, 78, next + 1 + 50, NONE, new byte[] {1});
        assertEquals(next + 1, lab.out(data).segment().ack());
        assertEquals(next + 51, lab.report(next + 51, next + 60, NONE).segment().ack());
    }

    @Test
    void entryGoesWithTheEndOfTheConnection() {
        lab.guard(OWN, NONE);
        lab.in(Segment.of(Segment.ACK | Segment.FIN, FIRST, OWN + 1, NONE, NONE));
        assertEquals(0, lab.flows.sweep(System.nanoTime()));
        lab.out(Segment.of(Segment.ACK | Segment.FIN, OWN + 1, FIRST, NONE, NONE));
        assertEquals(1, lab.flows.sweep(System.nanoTime()));
        lab.guard(OWN, NONE);
        lab.out(Segment.of(Segment.RST, OWN + 1, FIRST, NONE, NONE));
        lab.in(Segment.of(Segment.SYN, 5, 0, NONE, NONE));
        assertEquals(1, lab.count("guard_reused"));
    }

    @Test
    void whatIsOwedIsPaidOnceThePeerIsGivenUp() {
        lab.guard(OWN, Segment.timestamp(111, 1));
        lab.report(FIRST, FIRST + 65_535, Segment.timestamp(9, 9));
        Segment owed =
                Segment.of(Segment.ACK, OWN + 21, FIRST + 700, Segment.timestamp(222, 333), NONE);
        assertEquals(STOLEN, lab.out(owed.window(ROOMY)).action());
        lab.service.mode(DataPlane.Mode.SIMPLEX);
        List<OwedAcknowledgement> found = lab.flows.owed(10);
        assertEquals(1, found.size());
        Outcome paid = lab.run("coral_egress", new Segment(found.get(0).frame()), 0, 0);
        assertEquals(PASS, paid.action());
        Segment ack = paid.segment();
        assertTrue(ack.valid());
        assertEquals(Segment.ACK, ack.flags());
        assertEquals((OWN + 21) & 0xffff_ffffL, ack.seq());
        assertEquals(FIRST + 700, ack.ack());
        assertEquals(ROOMY, ack.window(), "all the room that own stack has");
        assertEquals(0x0101080aL, ack.option(0));
        assertEquals(222, ack.option(4));
        assertEquals(333, ack.option(8));
        Segment expected = lab.fromService(owed);
        assertArrayEquals(Arrays.copyOf(expected.frame(), 14), Arrays.copyOf(ack.frame(), 14));
        assertArrayEquals(expected.addressesAndPorts(), ack.addressesAndPorts());
        assertTrue(lab.flows.owed(10).isEmpty(), "paid once");
    }

    @Test
    void nothingIsOwedToAClientThatWasTold() {
        lab.guard(OWN, NONE);
        lab.report(FIRST + 700, FIRST + 400_000, NONE);
        assertEquals(PASS, own(FIRST + 700, 4).action());
        assertTrue(lab.flows.owed(10).isEmpty());
    }

    @Test
    void roomThatTheBackupDidNotHaveIsOwed() {
        lab.guard(OWN, NONE);
        lab.report(FIRST + 65_535, FIRST + 65_535, NONE);
        assertEquals(0, own(FIRST + 65_535, 60_000).segment().window());
        List<OwedAcknowledgement> found = lab.flows.owed(10);
        assertEquals(1, found.size());
        assertEquals(60_000, new Segment(found.get(0).frame()).window());
        assertTrue(lab.flows.owed(0).isEmpty(), "never more than asked for");
    }
}
