package org.coralha.kernel;

import static org.coralha.kernel.PacketLab.CLIENT_ISN;
import static org.coralha.kernel.PacketLab.NONE;
import static org.coralha.kernel.PacketLab.PASS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.coralha.kernel.PacketLab.Outcome;
import org.coralha.kernel.jna.ProgramRun;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What a survivor does to the packets of flows that it was promoted for. Needs root. */
@SameWithAnyJava
@ParameterizedClass
@EnumSource(Family.class)
class PromotedPacketTest {
    @Parameter Family family;

    private static final long VISIBLE = 4_000_000_000L;
    private static final long OWN = 5_000;
    private static final long OWN_TS = 900_000;
    private static final long PEER_TS = 3_000_000;
    private static final long ACKED = 7_000;
    private static final long DELTA = (VISIBLE + 1 + ACKED - (OWN + 1)) & 0xffff_ffffL;
    private PacketLab lab;

    @BeforeEach
    void promote() {
        lab = new PacketLab(family);
        lab.replicate(VISIBLE, OWN, OWN_TS);
        lab.fromClientAck(VISIBLE + 1 + ACKED, PEER_TS);
        lab.service.mode(DataPlane.Mode.SIMPLEX);
    }

    @AfterEach
    void unload() {
        lab.close();
    }

    private Outcome send(long ownOffset, int bytes, long ownTs) {
        byte[] stamp = Segment.timestamp(ownTs, 50);
        return lab.out(Segment.of(Segment.ACK, OWN + 1 + ownOffset, 1, stamp, new byte[bytes]));
    }

    @Test
    void ownSequenceNumbersContinueWhereTheClientAcknowledged() {
        Outcome out = send(0, 1000, OWN_TS + 10);
        assertEquals(PASS, out.action());
        assertEquals(VISIBLE + 1 + ACKED, out.segment().seq());
        assertTrue(out.segment().valid());
        assertEquals(VISIBLE + 1 + ACKED + 1000, send(1000, 9, OWN_TS + 11).segment().seq());
        assertEquals(1, lab.count("flow_promoted"));
    }

    @Test
    void clockNeverGoesBackForTheClient() {
        long shown = send(0, 10, OWN_TS).segment().option(4);
        assertTrue(shown - PEER_TS >= 0 && shown - PEER_TS < 20_000, "shown " + shown);
        Outcome echoed = lab.fromClientAck(VISIBLE + 1 + ACKED + 10, shown);
        assertEquals(OWN_TS, echoed.segment().option(8), "its echo is own clock again");
        Outcome old = lab.fromClientAck(VISIBLE + 1 + ACKED + 10, PEER_TS);
        assertEquals(OWN_TS, old.segment().option(8), "an echo of the peer's clock");
        assertTrue(old.segment().valid());
    }

    @Test
    void acknowledgementsAreTranslatedAndClampedToWhatWasSent() {
        send(0, 1000, OWN_TS);
        Outcome half = lab.fromClientAck(VISIBLE + 1 + ACKED + 500, PEER_TS);
        assertEquals(OWN + 1 + 500, half.segment().ack());
        assertEquals(0, lab.count("ack_clamped"));
        Outcome beyond = lab.fromClientAck(VISIBLE + 1 + ACKED + 90_000, PEER_TS);
        assertEquals(OWN + 1 + 1000, beyond.segment().ack());
        assertEquals(1, lab.count("ack_clamped"));
        assertTrue(beyond.segment().valid());
        assertEquals(ACKED, lab.acked(), "frozen by promotion");
    }

    @Test
    void packetThatTheDeviceCutsCountsWhole() {
        byte[] payload = new byte[3_000];
        Segment big = Segment.of(Segment.ACK, OWN + 1, 1, Segment.timestamp(OWN_TS, 1), payload);
        Outcome out = lab.out(big, 1000);
        assertEquals(VISIBLE + 1 + ACKED, out.segment().seq());
        assertTrue(out.segment().valid());
        Outcome ack = lab.fromClientAck(VISIBLE + 1 + ACKED + 3_000, PEER_TS);
        assertEquals(OWN + 1 + 3_000, ack.segment().ack());
        assertEquals(0, lab.count("ack_clamped"));
    }

    @Test
    void sackBlocksAreTranslated() {
        send(0, 2000, OWN_TS);
        send(2000, 2000, OWN_TS);
        long from = VISIBLE + 1 + ACKED + 2000;
        byte[] options = Segment.sackThenTimestamp(1, PEER_TS, from, from + 1000);
        long ack = VISIBLE + 1 + ACKED + 500;
        Outcome in = lab.in(Segment.of(Segment.ACK, CLIENT_ISN + 1, ack, options, NONE));
        // The edges stand two bytes before the words that option() reads.
        long first = (in.segment().option(0) & 0xffff) << 16 | in.segment().option(4) >>> 16;
        long second = (in.segment().option(4) & 0xffff) << 16 | in.segment().option(8) >>> 16;
        assertEquals(OWN + 1 + 2000, first);
        assertEquals(OWN + 1 + 3000, second);
        assertTrue(in.segment().valid());
    }

    @Test
    void kernelsRunningChecksumStaysRight() {
        Segment ack =
                lab.fromClient(
                        Segment.of(
                                Segment.ACK,
                                CLIENT_ISN + 1,
                                VISIBLE + 1 + ACKED,
                                Segment.timestamp(1, PEER_TS),
                                new byte[333]));
        try {
            Outcome in = lab.run("coral_ingress", ack, 0, ProgramRun.CHECKSUM_COMPLETE);
            assertTrue(in.segment().valid());
        } catch (KernelException e) {
            assumeTrue(e.errno() != 22, "this kernel cannot test CHECKSUM_COMPLETE");
            throw e;
        }
    }

    @Test
    void repeatedSynAckOfOwnStackSpeaksTheClientsNumbers() {
        byte[] stamp = Segment.timestamp(OWN_TS, 1);
        Segment again = Segment.of(Segment.SYN | Segment.ACK, OWN, CLIENT_ISN + 1, stamp, NONE);
        assertEquals(VISIBLE + ACKED, lab.out(again).segment().seq());
    }

    @Test
    void flowIsSweptAfterBothSidesHaveClosed() {
        send(0, 10, OWN_TS);
        lab.out(Segment.of(Segment.ACK | Segment.FIN, OWN + 11, 1, NONE, NONE));
        assertEquals(0, lab.flows.sweep(System.nanoTime()));
        long ack = VISIBLE + 1 + ACKED + 11;
        lab.in(Segment.of(Segment.ACK | Segment.FIN, CLIENT_ISN + 1, ack, NONE, NONE));
        assertEquals(1, lab.flows.sweep(System.nanoTime()));
    }

    @Test
    void clientMayUseThePortOfAClosedFlowAgain() {
        lab.in(Segment.of(Segment.RST, CLIENT_ISN + 1, 0, NONE, NONE));
        assertEquals(PASS, lab.in(Segment.of(Segment.SYN, 1, 0, NONE, NONE)).action());
        assertTrue(lab.flows.snapshots().isEmpty());
        assertEquals(1, lab.count("flow_reused"));
        Segment synAck = Segment.of(Segment.SYN | Segment.ACK, 42, 2, NONE, NONE);
        assertEquals(42, lab.out(synAck).segment().seq(), "not translated");
        lab.in(Segment.of(Segment.ACK, 2, 43, NONE, NONE));
        assertEquals(1, lab.count("local_noted"));
    }

    @Test
    void primaryTranslatesItsPromotedFlowsWhereverTheyComeFrom() {
        send(0, 1000, OWN_TS);
        lab.service.mode(DataPlane.Mode.PRIMARY);
        assertEquals(OWN + 1 + 10, lab.fromClientAck(VISIBLE + 1 + ACKED + 10, 1).segment().ack());
        lab.from = PacketLab.PEER_MAC;
        assertEquals(OWN + 1 + 20, lab.fromClientAck(VISIBLE + 1 + ACKED + 20, 1).segment().ack());
        assertEquals(DELTA, (send(1000, 1, OWN_TS).segment().seq() - OWN - 1001) & 0xffff_ffffL);
    }

    @Test
    void aReplicaThatIsGivenUpJustAfterTheFlipResetsNobody() {
        lab.service.mode(DataPlane.Mode.BACKUP);
        lab.in(
                Segment.of(
                        Segment.FIN | Segment.ACK,
                        CLIENT_ISN + 1,
                        VISIBLE + 1 + ACKED,
                        NONE,
                        NONE));
        lab.service.mode(DataPlane.Mode.SIMPLEX);
        assertEquals(
                PacketLab.STOLEN,
                lab.out(Segment.of(Segment.RST | Segment.ACK, OWN + 1, 2, NONE, NONE)).action());
    }

    @Test
    void aFlowWhoseClientGoesOnCanBeReset() {
        assertEquals(
                PASS,
                lab.out(Segment.of(Segment.RST | Segment.ACK, OWN + 1, 1, NONE, NONE)).action());
    }
}
