package org.coralha.kernel;

import static org.coralha.kernel.PacketLab.CLIENT_ISN;
import static org.coralha.kernel.PacketLab.NONE;
import static org.coralha.kernel.PacketLab.PASS;
import static org.coralha.kernel.PacketLab.SHOT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.List;
import org.coralha.kernel.PacketLab.Outcome;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** A flood of requests for connections: the notes of handshakes are bounded. Needs root. */
@SameWithAnyJava
@ParameterizedClass
@EnumSource(Family.class)
class FloodPacketTest {
    @Parameter Family family;

    private static final int SYN_ACK = Segment.SYN | Segment.ACK;
    private static final long VISIBLE = 100;
    private static final long OWN = 200;
    private PacketLab lab;

    @BeforeEach
    void load() {
        lab = new PacketLab(family);
    }

    @AfterEach
    void unload() {
        lab.close();
    }

    /** So many others ask, each from an address of its own, and are answered. */
    private void flood(int requests) {
        lab.flood(
                requests,
                i ->
                        Segment.of(Segment.SYN, i, 0, NONE, NONE)
                                .between(
                                        lab.from,
                                        other(i),
                                        port(i),
                                        family.service,
                                        PacketLab.PORT),
                i ->
                        Segment.of(SYN_ACK, i, i + 1L, NONE, NONE)
                                .between(
                                        PacketLab.OWN_MAC,
                                        family.service,
                                        PacketLab.PORT,
                                        other(i),
                                        port(i)));
    }

    private byte[] other(int number) {
        byte[] other = family.client.clone();
        ByteBuffer.wrap(other).putInt(other.length - Integer.BYTES, 10 << 24 | 1 << 23 | number);
        return other;
    }

    private static int port(int number) {
        return 1024 + number % 60_000;
    }

    private void ask() {
        lab.in(Segment.of(Segment.SYN, CLIENT_ISN, 0, NONE, NONE));
        lab.out(Segment.of(SYN_ACK, OWN, CLIENT_ISN + 1, NONE, NONE).window(0xffff));
    }

    private static Segment third() {
        return Segment.of(Segment.ACK, CLIENT_ISN + 1, VISIBLE + 1, NONE, NONE);
    }

    private Outcome settle() {
        return lab.in(third());
    }

    /** What is established stays, and the notes of the flood stay within their bound. */
    @Test
    void notesAreBoundedAndFlowsAreNot() {
        lab.replicate(VISIBLE, OWN, 1);
        flood(SynFlood.SOURCES);
        assertTrue(lab.embryos() <= PacketLab.EMBRYOS_LIMIT, "notes " + lab.embryos());
        assertTrue(lab.count("embryo_begun") > SynFlood.SOURCES);
        assertEquals(1, lab.flows.snapshots().size());
        assertEquals(OWN + 1, lab.fromClientAck(VISIBLE + 1 + 70, 7777).segment().ack());
        assertEquals(70, lab.acked());
        lab.service.mode(DataPlane.Mode.SIMPLEX);
        Segment more = Segment.of(Segment.ACK, OWN + 1, CLIENT_ISN + 1, NONE, new byte[10]);
        assertEquals(VISIBLE + 1 + 70, lab.out(more).segment().seq());
    }

    /** So many handshakes may begin while the client's acknowledgement is on its way. */
    @Test
    void handshakeAmongThirtyThousandOthersMakesAReplica() {
        lab.service.mode(DataPlane.Mode.BACKUP);
        ask();
        flood(30_000);
        assertEquals(Segment.ASKS, settle().segment().reserved());
        Outcome third = lab.answer(third());
        assertEquals(PASS, third.action());
        assertEquals(OWN + 1, third.segment().ack());
        assertEquals(1, lab.flows.snapshots().size());
    }

    /** Beyond that the newest win; who is forgotten is served by the primary, without a replica. */
    @Test
    void handshakeThatWasCrowdedOutIsServedByThePrimaryAlone() {
        lab.service.mode(DataPlane.Mode.BACKUP);
        ask();
        flood(2 * PacketLab.EMBRYOS_LIMIT);
        Outcome third = settle();
        assertEquals(SHOT, third.action(), "nothing of it for own stack");
        assertEquals(2, third.segment().reserved(), "and the primary is told");
        assertEquals(List.of(), lab.flows.snapshots());
        lab.flows.clear();
        lab.guard(OWN, NONE);
        lab.in(third.segment());
        assertEquals(1, lab.count("guard_released"), "it waits for nobody");
    }

    @Test
    void primaryServesWhatItsOwnNotesHaveForgotten() {
        lab.service.mode(DataPlane.Mode.PRIMARY);
        lab.from = PacketLab.PEER_MAC;
        ask();
        flood(2 * PacketLab.EMBRYOS_LIMIT);
        lab.from = PacketLab.PEER_MAC;
        assertEquals(PASS, settle().action());
        assertEquals(0, lab.count("guard_begun"));
        Segment answer = Segment.of(Segment.ACK, OWN + 1, CLIENT_ISN + 1, NONE, new byte[10]);
        assertEquals(PASS, lab.out(answer).action());
    }
}
