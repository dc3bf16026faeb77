package org.coralha.kernel;

import static org.coralha.kernel.PacketLab.CLIENT_ISN;
import static org.coralha.kernel.PacketLab.NONE;
import static org.coralha.kernel.PacketLab.PASS;
import static org.coralha.kernel.PacketLab.SHOT;
import static org.coralha.kernel.PacketLab.STOLEN;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import org.coralha.kernel.PacketLab.Outcome;
import org.coralha.pair.Acknowledgement;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What a backup does to the packets of flows that it replicates. Needs root. */
@SameWithAnyJava
@ParameterizedClass
@EnumSource(Family.class)
class ReplicaPacketTest {
    @Parameter Family family;

    private static final long VISIBLE = 0xffff_ff00L;
    private static final long OWN = 5;
    private static final long OWN_TS = 900_000;
    private PacketLab lab;

    @BeforeEach
    void load() {
        lab = new PacketLab(family);
    }

    @AfterEach
    void unload() {
        lab.close();
    }

    @Test
    void localCopyAcknowledgesTheHandshakeAndNothingElse() {
        Outcome third = lab.replicate(VISIBLE, OWN, OWN_TS);
        assertEquals(PASS, third.action());
        assertEquals(OWN + 1, third.segment().ack());
        assertEquals(OWN_TS, third.segment().option(8));
        assertTrue(third.segment().valid());
        Outcome later = lab.fromClientAck(VISIBLE + 5000, 8888);
        assertEquals(OWN + 1, later.segment().ack());
        assertEquals(OWN_TS, later.segment().option(8));
        assertTrue(later.segment().valid());
    }

    @Test
    void progressCountsAcrossTheWrapOfSequenceNumbers() {
        lab.replicate(VISIBLE, OWN, OWN_TS);
        assertEquals(0, lab.acked());
        lab.fromClientAck(VISIBLE + 1 + 600, 1);
        assertEquals(600, lab.acked());
        lab.fromClientAck(VISIBLE + 1 + 500, 1);
        assertEquals(600, lab.acked(), "an older acknowledgement");
        long step = 1_000_000_000L;
        for (int i = 1; i <= 10; i++) {
            lab.fromClientAck(VISIBLE + 601 + i * step, 1);
        }
        assertEquals(600 + 10 * step, lab.acked(), "over 64 bits");
    }

    @Test
    void copyGoesToThePeerWithoutChangeOfIpAddress() {
        lab.replicate(VISIBLE, OWN, OWN_TS);
        assertEquals(2, lab.count("copied"));
        Outcome later = lab.fromClientAck(VISIBLE + 2, 1);
        assertEquals(3, lab.count("copied"));
        assertArrayEquals(PacketLab.PEER_MAC, later.segment().targetMac());
        assertEquals(63, later.segment().ttl());
    }

    @Test
    void packetThatWentRoundTooOftenIsNotCopied() {
        lab.service.mode(DataPlane.Mode.BACKUP);
        Segment syn = lab.fromClient(Segment.of(Segment.SYN, CLIENT_ISN, 0, NONE, NONE));
        lab.run("coral_ingress", syn.ttl(1), 0, 0);
        assertEquals(1, lab.count("copy_ttl_expired"));
        assertEquals(0, lab.count("copied"));
    }

    @Test
    void sackBlocksAreBlankedWhereverTheyStand() {
        lab.replicate(VISIBLE, OWN, OWN_TS);
        byte[] options = Segment.sackThenTimestamp(1, 8888, VISIBLE + 100, VISIBLE + 200);
        Outcome in = lab.in(Segment.of(Segment.ACK, CLIENT_ISN + 1, VISIBLE + 1, options, NONE));
        assertEquals(0x01010101L, in.segment().option(0));
        assertEquals(0x01010101L, in.segment().option(4));
        assertEquals(OWN_TS, in.segment().option(16));
        assertTrue(in.segment().valid());
    }

    @Test
    void everythingOfOwnStackIsSwallowed() {
        lab.replicate(VISIBLE, OWN, OWN_TS);
        Segment fin = Segment.of(Segment.ACK | Segment.FIN, OWN + 1, 1, NONE, NONE);
        Segment data = Segment.of(Segment.ACK, OWN + 1, 1, NONE, new byte[9]);
        assertEquals(STOLEN, lab.out(fin).action());
        assertEquals(STOLEN, lab.out(data).action());
        assertEquals(3, lab.count("swallowed"));
    }

    @Test
    void acknowledgementOfOwnStackGoesToThePrimaryWithItsRightEdge() {
        lab.replicate(VISIBLE, OWN, OWN_TS);
        long ack = CLIENT_ISN + 1 + 700;
        Outcome report = lab.out(Segment.of(Segment.ACK, OWN + 1, ack, NONE, NONE).window(2000));
        assertEquals(PASS, report.action());
        assertEquals(ack + 2000, report.segment().seq());
        assertEquals(ack, report.segment().ack());
        assertArrayEquals(PacketLab.PEER_MAC, report.segment().targetMac());
        assertTrue(report.segment().valid());
        assertEquals(1, lab.count("ack_reported"));
        lab.service.acknowledgement(Acknowledgement.WINDOW);
        assertEquals(STOLEN, lab.out(Segment.of(Segment.ACK, OWN + 1, ack, NONE, NONE)).action());
    }

    @Test
    void primaryIsToldWhichFlowsAreNotReplicated() {
        lab.service.mode(DataPlane.Mode.BACKUP);
        Outcome unknown = lab.in(Segment.of(Segment.ACK, 5, 6, NONE, new byte[] {1, 2}));
        assertEquals(SHOT, unknown.action());
        assertEquals(2, unknown.segment().reserved());
        assertTrue(unknown.segment().valid());
        assertEquals(1, lab.count("orphan_marked"));
        lab.replicate(VISIBLE, OWN, OWN_TS);
        assertEquals(0, lab.fromClientAck(VISIBLE + 2, 1).segment().reserved());
    }

    @Test
    void resetOfOwnStackGivesTheReplicaUp() {
        lab.replicate(VISIBLE, OWN, OWN_TS);
        Outcome reset = lab.out(Segment.of(Segment.RST, OWN + 1, 0, NONE, NONE));
        assertEquals(PASS, reset.action());
        assertArrayEquals(PacketLab.PEER_MAC, reset.segment().targetMac(), "told to the primary");
        assertTrue(lab.flows.snapshots().isEmpty());
        assertEquals(SHOT, lab.fromClientAck(VISIBLE + 9, 1).action(), "forwarded only");
        assertEquals(3, lab.count("copied"));
        assertEquals(1, lab.count("forwarded_only"));
    }

    @Test
    void acknowledgementOutsideTheHandshakeMakesNoReplica() {
        lab.service.mode(DataPlane.Mode.BACKUP);
        lab.in(Segment.of(Segment.SYN, CLIENT_ISN, 0, NONE, NONE));
        lab.out(Segment.of(Segment.SYN | Segment.ACK, OWN, CLIENT_ISN + 1, NONE, NONE));
        Segment wild = Segment.of(Segment.ACK, CLIENT_ISN - 5, VISIBLE + 1, NONE, NONE);
        assertEquals(SHOT, lab.in(wild).action());
        assertEquals(1, lab.count("embryo_implausible"));
        assertEquals(0, lab.acked());
        assertTrue(lab.flows.snapshots().isEmpty());
    }

    @Test
    void flowThatFindsNoRoomIsForwardedOnly() {
        ByteBuffer key = ByteBuffer.allocate(PinLayout.FLOW_KEY_BYTES);
        for (int i = 0; i < 131_072; i++) {
            key.putInt(PinLayout.FLOW_KEY_CLIENT, i).putShort(PinLayout.FLOW_KEY_PORT, (short) 1);
            lab.flowMap().put(key.array(), new byte[PinLayout.FLOW_BYTES]);
        }
        assertEquals(SHOT, lab.replicate(VISIBLE, OWN, OWN_TS).action());
        assertEquals(1, lab.count("flow_table_full"));
        assertEquals(131_072, lab.flows.snapshots().size());
        lab.flows.clear();
        assertTrue(lab.flows.snapshots().isEmpty());
    }

    @Test
    void newConnectionOfTheSamePortResetsTheReplicaThatTheClientHasClosed() {
        lab.replicate(VISIBLE, OWN, OWN_TS);
        lab.in(Segment.of(Segment.ACK | Segment.FIN, CLIENT_ISN + 1, VISIBLE + 1, NONE, NONE));
        Outcome reset = lab.in(Segment.of(Segment.SYN, 77_000, 0, NONE, NONE));
        assertEquals(PASS, reset.action());
        assertEquals(Segment.RST, reset.segment().flags());
        assertEquals(CLIENT_ISN + 2, reset.segment().seq());
        assertTrue(reset.segment().valid());
        assertTrue(lab.flows.snapshots().isEmpty());
        assertEquals(1, lab.count("flow_restarted"));
    }

    @Test
    void onlyTheExactResetOfTheClientEndsAFlow() {
        lab.replicate(VISIBLE, OWN, OWN_TS);
        lab.in(Segment.of(Segment.RST, CLIENT_ISN + 500, 0, NONE, NONE));
        assertEquals(0, lab.flows.sweep(System.nanoTime()));
        lab.in(Segment.of(Segment.RST, CLIENT_ISN + 1, 0, NONE, NONE));
        assertEquals(0, lab.flows.sweep(System.nanoTime() - 60_000_000_000L), "too young");
        assertEquals(1, lab.flows.sweep(System.nanoTime()));
    }

    /** Own stack takes nothing of a packet without ACK, so it must not count for the entry. */
    @Test
    void finWithoutAcknowledgementDoesNotHalfCloseAFlow() {
        lab.replicate(VISIBLE, OWN, OWN_TS);
        long next = CLIENT_ISN + 1;
        lab.in(Segment.of(Segment.FIN, next, VISIBLE + 1, NONE, new byte[50]));
        lab.in(Segment.of(Segment.RST, next + 51, 0, NONE, NONE));
        assertEquals(0, lab.flows.sweep(System.nanoTime()), "reset beside the next number");
        lab.in(Segment.of(Segment.SYN, next + 500, 0, NONE, NONE));
        assertEquals(0, lab.count("flow_restarted"));
        lab.in(Segment.of(Segment.RST | Segment.SYN, next, 0, NONE, NONE));
        assertEquals(1, lab.flows.sweep(System.nanoTime()), "which own stack obeys");
    }

    @Test
    void twoHundredFlowsAreReadInLessThanAMillisecond() throws UnknownHostException {
        for (int port = 1; port <= 200; port++) {
            lab.clientPort = port;
            lab.replicate(VISIBLE, OWN, OWN_TS);
        }
        long bestNs = Long.MAX_VALUE;
        for (int i = 0; i < 50; i++) {
            long startNs = System.nanoTime();
            assertEquals(200, lab.flows.snapshots().size());
            bestNs = Math.min(bestNs, System.nanoTime() - startNs);
        }
        assertTrue(bestNs < 1_000_000, bestNs + " ns");
        assertTrue(lab.flows.snapshots().stream().map(f -> f.key().port()).anyMatch(p -> p == 200));
        assertEquals(
                InetAddress.getByAddress(family.client).getHostAddress(),
                lab.flows.snapshots().get(0).key().client().getHostAddress());
    }
}
