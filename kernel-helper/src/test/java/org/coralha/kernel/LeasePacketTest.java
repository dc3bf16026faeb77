package org.coralha.kernel;

import static org.coralha.kernel.PacketLab.CLIENT_ISN;
import static org.coralha.kernel.PacketLab.NONE;
import static org.coralha.kernel.PacketLab.PASS;
import static org.coralha.kernel.PacketLab.REDIRECT;
import static org.coralha.kernel.PacketLab.SHOT;
import static org.coralha.kernel.PacketLab.STOLEN;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.nio.ByteBuffer;
import org.coralha.kernel.DataPlane.Mode;
import org.coralha.kernel.jna.BootClock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What leaves a host whose lease has run out: nothing of the service. Needs root. */
@SameWithAnyJava
@ParameterizedClass
@EnumSource(Family.class)
class LeasePacketTest {
    @Parameter Family family;

    private static final long FIRST = CLIENT_ISN + 1;
    private static final long OWN = 500;
    private static final long LONG_NS = 600_000_000_000L;
    private PacketLab lab;

    @BeforeEach
    void load() {
        lab = new PacketLab(family);
    }

    @AfterEach
    void unload() {
        lab.close();
    }

    private void over() {
        lab.service.lease(BootClock.nowNs());
    }

    private void renew() {
        lab.service.lease(BootClock.nowNs() + LONG_NS);
    }

    private int own(int flags) {
        return lab.out(Segment.of(flags, OWN + 1, FIRST, NONE, new byte[] {1})).action();
    }

    @ParameterizedTest
    @CsvSource({
        // mode, own packet with a lease, own packet without
        "SIMPLEX,      -1, 4",
        "PRIMARY,      -1, 4",
        "BACKUP,        4, 4",
        "FENCED,        2, 2",
        "FORWARD_ONLY,  2, 2"
    })
    void nothingLeavesAfterItsEnd(Mode mode, int with, int without) {
        lab.service.mode(mode);
        renew();
        assertEquals(with, own(Segment.ACK));
        assertEquals(0, lab.count("lease_over"));
        over();
        for (int flags : new int[] {Segment.ACK, Segment.RST, Segment.FIN | Segment.ACK}) {
            assertEquals(without, own(flags));
        }
        assertEquals(without, own(Segment.SYN | Segment.ACK));
        boolean leased = mode == Mode.SIMPLEX || mode == Mode.PRIMARY;
        assertEquals(leased ? 4 : 0, lab.count("lease_over"));
        renew();
        assertEquals(with, own(Segment.ACK));
    }

    @Test
    void dataPlaneThatWasGivenNoneHasNone() {
        lab.service.lease(0);
        lab.service.mode(Mode.SIMPLEX);
        assertEquals(STOLEN, own(Segment.ACK));
    }

    @Test
    void promotedFlowIsKeptInAndStartsWhereItWasKept() {
        lab.replicate(10_000, OWN, 3);
        lab.service.mode(Mode.SIMPLEX);
        over();
        assertEquals(STOLEN, own(Segment.ACK));
        assertEquals(0, lab.count("translated_out"), "nothing of it was noted");
        renew();
        PacketLab.Outcome sent = lab.out(Segment.of(Segment.ACK, OWN + 1, FIRST, NONE, NONE));
        assertEquals(PASS, sent.action());
        assertEquals(10_001, sent.segment().seq());
    }

    @Test
    void whatIsOwedToTheClientIsNotPaidAndNotForgotten() {
        lab.guard(OWN, NONE);
        lab.report(FIRST, FIRST + 65_535, NONE);
        Segment ack = Segment.of(Segment.ACK, OWN + 1, FIRST + 700, NONE, NONE).window(1000);
        assertEquals(STOLEN, lab.out(ack).action());
        assertEquals(1, lab.count("ack_owed"));
        over();
        assertEquals(SHOT, lab.report(FIRST + 700, FIRST + 66_000, NONE).action());
        assertEquals(0, lab.count("ack_paid"));
        assertEquals(STOLEN, lab.out(ack).action());
        assertEquals(1, lab.count("lease_over"));
        renew();
        PacketLab.Outcome again = lab.out(ack);
        assertEquals(PASS, again.action());
        assertEquals(FIRST + 700, again.segment().ack(), "the report counted");
    }

    @Test
    void paidAcknowledgementIsKeptInOnItsWayOut() {
        lab.guard(OWN, NONE);
        lab.report(FIRST, FIRST + 65_535, NONE);
        lab.out(Segment.of(Segment.ACK, OWN + 1, FIRST + 700, NONE, NONE).window(1000));
        assertEquals(REDIRECT, lab.report(FIRST + 700, FIRST + 66_000, NONE).action());
        over();
        assertEquals(STOLEN, own(Segment.ACK));
    }

    @Test
    void clientsPacketsGoOnToComeIn() {
        lab.service.mode(Mode.SIMPLEX);
        over();
        assertEquals(PASS, lab.in(Segment.of(Segment.ACK, CLIENT_ISN, 1, NONE, NONE)).action());
        lab.service.mode(Mode.PRIMARY);
        assertEquals(REDIRECT, lab.in(Segment.of(Segment.ACK, CLIENT_ISN, 1, NONE, NONE)).action());
        lab.service.mode(Mode.BACKUP);
        lab.in(Segment.of(Segment.SYN, CLIENT_ISN, 1, NONE, NONE));
        assertEquals(1, lab.count("copied"));
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void addressIsNotClaimed(Mode mode) {
        lab.service.mode(mode);
        over();
        Neighbours say = new Neighbours(lab);
        byte[] other = family.router;
        assertEquals(SHOT, run("coral_ingress", say.question(other, family.service)));
        assertEquals(SHOT, run("coral_egress", say.answer(family.service, other)));
        assertEquals(SHOT, run("coral_egress", say.claim(family.service)));
        assertEquals(PASS, run("coral_egress", say.question(family.service, other)), "as itself");
    }

    private int run(String program, byte[] frame) {
        return lab.raw(program, frame, 0, 0).action();
    }

    @Test
    void pingsOfTheAddressAreNotAnswered() {
        lab.service.mode(Mode.SIMPLEX);
        assertEquals(PASS, lab.raw("coral_egress", echo(0), 0, 0).action());
        assertEquals(PASS, lab.raw("coral_egress", echo(0x20), 0, 0).action(), "fragment");
        over();
        assertEquals(STOLEN, lab.raw("coral_egress", echo(0), 0, 0).action());
        assertEquals(STOLEN, lab.raw("coral_egress", echo(0x20), 0, 0).action(), "fragment");
        lab.service.mode(Mode.FENCED);
        assertEquals(SHOT, lab.raw("coral_egress", echo(0), 0, 0).action());
        lab.service.mode(Mode.BACKUP);
        assertEquals(PASS, lab.raw("coral_egress", echo(0), 0, 0).action());
    }

    @Test
    void fragmentsOfOwnStackAreKeptInToo() {
        lab.service.mode(Mode.SIMPLEX);
        byte[] fragment = echo(0x20);
        fragment[family == Family.IPV4 ? 23 : 54] = 6;
        assertEquals(PASS, lab.raw("coral_egress", fragment, 0, 0).action());
        over();
        assertEquals(STOLEN, lab.raw("coral_egress", fragment, 0, 0).action());
    }

    @Test
    void clockIsThatOfTheBoot() {
        long before = BootClock.nowNs();
        assertNotEquals(0, before);
        lab.service.mode(Mode.SIMPLEX);
        lab.service.lease(before + 50_000_000);
        assertEquals(PASS, own(Segment.ACK));
        while (BootClock.nowNs() < before + 50_000_000) {
            Thread.onSpinWait();
        }
        assertEquals(STOLEN, own(Segment.ACK));
    }

    /** An echo reply from the advertised address. */
    private byte[] echo(int fragmentBits) {
        if (family == Family.IPV6) {
            int extra = fragmentBits == 0 ? 0 : 8;
            ByteBuffer out = ByteBuffer.allocate(14 + 40 + extra + 28);
            out.putShort(12, (short) 0x86dd);
            out.putInt(14, 0x6000_0000).putShort(18, (short) (28 + extra));
            out.put(20, (byte) (extra == 0 ? 58 : 44)).put(21, (byte) 64);
            out.put(22, family.service).put(38, family.client).put(54, (byte) 129);
            if (extra > 0) {
                out.put(54, (byte) 58).put(57, (byte) 1).put(62, (byte) 129);
            }
            return out.array();
        }
        ByteBuffer out = ByteBuffer.allocate(14 + 20 + 28);
        out.putShort(12, (short) 0x0800).put(14, (byte) 0x45).putShort(16, (short) 48);
        out.put(20, (byte) fragmentBits).put(22, (byte) 64).put(23, (byte) 1);
        out.put(26, new byte[] {10, 0, 0, 100}).put(30, new byte[] {10, 0, 9, 1});
        return out.array();
    }
}
