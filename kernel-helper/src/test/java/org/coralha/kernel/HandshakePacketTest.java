package org.coralha.kernel;

import static org.coralha.kernel.PacketLab.CLIENT_ISN;
import static org.coralha.kernel.PacketLab.NONE;
import static org.coralha.kernel.PacketLab.PASS;
import static org.coralha.kernel.PacketLab.REDIRECT;
import static org.coralha.kernel.PacketLab.SHOT;
import static org.junit.jupiter.api.Assertions.assertEquals;

import org.coralha.kernel.PacketLab.Outcome;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Handshakes that do not go by the book, and ports that are used again. Needs root. */
@SameWithAnyJava
@ParameterizedClass
@EnumSource(Family.class)
class HandshakePacketTest {
    @Parameter Family family;

    private static final long VISIBLE = 0xffff_ff80L;
    private static final long OWN = 5;
    private static final int SYN_ACK = Segment.SYN | Segment.ACK;
    private PacketLab lab;

    @BeforeEach
    void load() {
        lab = new PacketLab(family);
    }

    @AfterEach
    void unload() {
        lab.close();
    }

    private Outcome in(int flags, long seq, long ack) {
        return lab.in(Segment.of(flags, seq, ack, NONE, NONE));
    }

    @Test
    void firstAcknowledgementCountsAlsoWhenOwnStackWasNotReady() {
        lab.service.mode(DataPlane.Mode.BACKUP);
        in(Segment.SYN, CLIENT_ISN, 0);
        Segment third = Segment.of(Segment.ACK, CLIENT_ISN + 1, VISIBLE + 1, NONE, NONE);
        assertEquals(SHOT, lab.confirmed(third).action());
        assertEquals(1, lab.count("embryo_not_ready"));
        lab.out(Segment.of(SYN_ACK, OWN, CLIENT_ISN + 1, NONE, NONE));
        lab.service.mode(DataPlane.Mode.SIMPLEX);
        Outcome first = in(Segment.ACK, CLIENT_ISN + 1, VISIBLE + 1 + 600);
        assertEquals(PASS, first.action());
        assertEquals(OWN + 1, first.segment().ack());
        assertEquals(600, lab.acked(), "the reply that it acknowledges is not owed");
    }

    @Test
    void packetOfNoKnownHandshakeIsMarkedForThePrimary() {
        lab.service.mode(DataPlane.Mode.BACKUP);
        in(Segment.SYN, CLIENT_ISN, 0);
        lab.out(Segment.of(SYN_ACK, OWN, CLIENT_ISN + 1, NONE, NONE));
        Outcome other = in(Segment.ACK, CLIENT_ISN + 900_000, VISIBLE + 1);
        assertEquals(SHOT, other.action());
        assertEquals(1, lab.count("orphan_marked"));
        assertEquals(1, lab.count("embryo_implausible"));
        Segment third = Segment.of(Segment.ACK, CLIENT_ISN + 1, VISIBLE + 1, NONE, NONE);
        assertEquals(PASS, lab.confirmed(third).action(), "still open");
    }

    @Test
    void markOfThePairIsTakenOffClientsPackets() {
        lab.replicate(VISIBLE, OWN, 1);
        Segment marked = Segment.of(Segment.ACK, CLIENT_ISN + 1, VISIBLE + 1, NONE, new byte[4]);
        Outcome clean = lab.in(marked.with(46, 0x52));
        assertEquals(PASS, clean.action());
        assertEquals(0, clean.segment().reserved() & 2);
        assertEquals(1, lab.count("unmarked"));
    }

    @Test
    void markOnAPacketOfAnOlderConnectionDoesNotEndTheGuard() {
        lab.guard(OWN, NONE);
        Segment old = Segment.of(Segment.ACK, CLIENT_ISN + (1L << 30), OWN + 1, NONE, new byte[4]);
        lab.in(old.with(46, 0x52));
        assertEquals(0, lab.count("guard_released"));
        Segment own = Segment.of(Segment.ACK, CLIENT_ISN + 1, OWN + 1, NONE, new byte[4]);
        lab.in(own.with(46, 0x52));
        assertEquals(1, lab.count("guard_released"));
    }

    @Test
    void lateRepetitionOfTheSynDoesNotEndAHalfClosedReplica() {
        lab.replicate(VISIBLE, OWN, 1);
        in(Segment.ACK | Segment.FIN, CLIENT_ISN + 1, VISIBLE + 1);
        in(Segment.SYN, CLIENT_ISN, 0);
        assertEquals(0, lab.count("flow_restarted"));
        assertEquals(1, lab.flows.snapshots().size());
        in(Segment.SYN, CLIENT_ISN + 50_000, 0);
        assertEquals(1, lab.count("flow_restarted"));
    }

    /** A client that vanished without a word leaves an entry behind. */
    @Test
    void portOfAVanishedClientIsGuardedAgain() {
        lab.service.mode(DataPlane.Mode.SIMPLEX);
        in(Segment.SYN, CLIENT_ISN, 0);
        lab.out(Segment.of(SYN_ACK, OWN, CLIENT_ISN + 1, NONE, NONE));
        in(Segment.ACK, CLIENT_ISN + 1, OWN + 1);
        assertEquals(1, lab.count("local_noted"));
        lab.service.mode(DataPlane.Mode.PRIMARY);
        long isn = CLIENT_ISN + 700_000;
        assertEquals(REDIRECT, in(Segment.SYN, isn, 0).action(), "by way of the backup");
        lab.from = PacketLab.PEER_MAC;
        assertEquals(PASS, in(Segment.SYN, isn, 0).action());
        lab.out(Segment.of(SYN_ACK, 99, isn + 1, NONE, NONE).window(0xffff));
        assertEquals(1, lab.count("flow_reused"));
        in(Segment.ACK, isn + 1, 100);
        assertEquals(1, lab.count("guard_begun"));
    }

    @Test
    void repeatedSynOfALivingLocalConnectionChangesNothing() {
        lab.service.mode(DataPlane.Mode.SIMPLEX);
        in(Segment.SYN, CLIENT_ISN, 0);
        Segment answer = Segment.of(SYN_ACK, OWN, CLIENT_ISN + 1, NONE, NONE);
        lab.out(answer);
        in(Segment.ACK, CLIENT_ISN + 1, OWN + 1);
        in(Segment.SYN, CLIENT_ISN, 0);
        lab.out(answer);
        assertEquals(0, lab.count("flow_reused"));
        lab.service.mode(DataPlane.Mode.PRIMARY);
        assertEquals(PASS, in(Segment.ACK, CLIENT_ISN + 1, OWN + 1).action(), "still local");
    }
}
