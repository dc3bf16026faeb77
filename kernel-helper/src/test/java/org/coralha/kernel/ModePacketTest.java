package org.coralha.kernel;

import static org.coralha.kernel.PacketLab.CLIENT_ISN;
import static org.coralha.kernel.PacketLab.NONE;
import static org.coralha.kernel.PacketLab.PASS;
import static org.coralha.kernel.PacketLab.REDIRECT;
import static org.coralha.kernel.PacketLab.SHOT;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import org.coralha.kernel.DataPlane.Mode;
import org.coralha.kernel.PacketLab.Outcome;
import org.coralha.kernel.jna.ProgramRun;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What each mode does to packets of flows that are no replicas, to ARP and to ICMP. Needs root. */
@SameWithAnyJava
@ParameterizedClass
@EnumSource(Family.class)
class ModePacketTest {
    @Parameter Family family;

    private PacketLab lab;

    @BeforeEach
    void load() {
        lab = new PacketLab(family);
    }

    @AfterEach
    void unload() {
        lab.close();
    }

    private Outcome in(int flags) {
        return lab.in(Segment.of(flags, CLIENT_ISN, 1, NONE, NONE));
    }

    private Outcome out(int flags) {
        return lab.out(Segment.of(flags, 1, 1, NONE, NONE));
    }

    @ParameterizedTest
    @CsvSource({
        // mode, client's SYN, client's ACK, own ACK, own RST
        "FENCED,       2, 2,  2,  2",
        "SIMPLEX,     -1, -1, -1, -1",
        "PRIMARY,      7, 7, -1, -1",
        "BACKUP,      -1, 2,  4,  4",
        "FORWARD_ONLY, 2, 2,  2,  2"
    })
    void unknownFlows(Mode mode, int syn, int ack, int own, int ownReset) {
        lab.service.mode(mode);
        assertEquals(ack, in(Segment.ACK).action());
        assertEquals(syn, in(Segment.SYN).action());
        assertEquals(ownReset, out(Segment.RST).action());
        assertEquals(own, out(Segment.ACK).action());
    }

    @Test
    void primaryTakesCopiesOfThePeerAsTheyAre() {
        lab.service.mode(Mode.PRIMARY);
        lab.from = PacketLab.PEER_MAC;
        Segment ack = lab.fromClient(Segment.of(Segment.ACK, 1, 1, NONE, NONE));
        Outcome passed = lab.run("coral_ingress", ack, 0, 0);
        assertEquals(PASS, passed.action());
        assertArrayEquals(ack.frame(), passed.segment().frame());
    }

    @Test
    void primaryDetoursToTheBackup() {
        lab.service.mode(Mode.PRIMARY);
        Outcome detoured = in(Segment.SYN);
        assertEquals(REDIRECT, detoured.action());
        assertArrayEquals(PacketLab.PEER_MAC, detoured.segment().targetMac());
        assertTrue(detoured.segment().valid());
    }

    @Test
    void localFlowStaysLocalWhenThePairForms() {
        lab.service.mode(Mode.SIMPLEX);
        in(Segment.SYN);
        lab.out(Segment.of(Segment.SYN | Segment.ACK, 70, CLIENT_ISN + 1, NONE, NONE));
        lab.in(Segment.of(Segment.ACK, CLIENT_ISN + 1, 71, NONE, NONE));
        assertEquals(1, lab.count("local_noted"));
        lab.service.mode(Mode.PRIMARY);
        assertEquals(PASS, in(Segment.ACK).action());
        assertEquals(PASS, out(Segment.ACK).action());
        lab.in(Segment.of(Segment.RST, CLIENT_ISN + 1, 0, NONE, NONE));
        assertEquals(REDIRECT, in(Segment.SYN).action(), "a new connection of the port");
        assertEquals(REDIRECT, in(Segment.ACK).action());
    }

    @Test
    void flowThatCameThroughTheJoiningPeerIsNotLocal() {
        lab.service.mode(Mode.SIMPLEX);
        lab.from = PacketLab.PEER_MAC;
        in(Segment.SYN);
        lab.out(Segment.of(Segment.SYN | Segment.ACK, 70, CLIENT_ISN + 1, NONE, NONE));
        lab.in(Segment.of(Segment.ACK, CLIENT_ISN + 1, 71, NONE, NONE));
        out(Segment.ACK);
        assertEquals(0, lab.count("local_noted"));
    }

    @Test
    void forwardOnlySendsEverythingToThePeer() {
        lab.service.mode(Mode.FORWARD_ONLY);
        in(Segment.SYN);
        in(Segment.ACK);
        assertEquals(2, lab.count("copied"));
        assertEquals(2, lab.count("forwarded_only"));
    }

    @Test
    void crashFenceOutlivesALaterSwitch() {
        lab.service.mode(Mode.SIMPLEX);
        lab.service.crash();
        lab.service.mode(Mode.SIMPLEX);
        assertEquals(SHOT, in(Segment.SYN).action());
        assertEquals(SHOT, out(Segment.RST).action());
        assertEquals(Mode.FENCED, lab.service.mode());
        lab.service.mode(Mode.FORWARD_ONLY);
        in(Segment.SYN);
        assertEquals(1, lab.count("copied"));
        lab.service.forgetCrash();
        lab.service.mode(Mode.SIMPLEX);
        assertEquals(PASS, out(Segment.ACK).action());
    }

    @Test
    void headersThatContradictThemselvesAreDropped() {
        lab.service.mode(Mode.SIMPLEX);
        Segment ack = lab.fromClient(Segment.of(Segment.ACK, 1, 1, NONE, NONE));
        assertEquals(SHOT, lab.run("coral_ingress", ack.with(46, 0x10), 0, 0).action(), "short");
        assertEquals(SHOT, lab.run("coral_ingress", ack.with(46, 0xf0), 0, 0).action(), "long");
        assertEquals(2, lab.count("malformed"));
    }

    @Test
    void endlessOptionsAreHarmless() {
        lab.replicate(1, 2, 3);
        byte[] options = {8, 0, 0, 0, 5, 40, 1, 1};
        Outcome in = lab.in(Segment.of(Segment.ACK, CLIENT_ISN + 1, 2, options, NONE));
        assertEquals(PASS, in.action());
        assertTrue(in.segment().valid());
    }

    /** A length of 0 is that of a packet beyond 64 KB before a card cuts it, and of no other. */
    @Test
    void packetsWithoutALengthAreLeftToTheStackToRefuse() {
        lab.replicate(10_000, 500, 3);
        Segment ack = Segment.of(Segment.ACK, CLIENT_ISN + 1, 10_001 + 70, NONE, new byte[9]);
        byte[] frame = lab.fromClient(ack).frame();
        ByteBuffer.wrap(frame).putShort(family == Family.IPV4 ? 16 : 18, (short) 0);
        long segments = lab.count("ingress_segments");
        assertEquals(PASS, lab.raw("coral_ingress", frame, 0, 0).action());
        assertEquals(segments, lab.count("ingress_segments"), "not taken for one");
        assertEquals(0, lab.acked());
        assertEquals(PASS, lab.raw("coral_ingress", frame, 1400, 0).action());
        assertEquals(70, lab.acked());
    }

    /** The router would learn from it where the address is. */
    @ParameterizedTest
    @EnumSource(Mode.class)
    void routersAreNotAskedInTheNameOfTheService(Mode mode) {
        Assumptions.assumeTrue(family == Family.IPV6, "only IPv6 asks for routers");
        lab.service.mode(mode);
        Neighbours say = new Neighbours(lab);
        ProgramRun.Result asked = lab.raw("coral_egress", say.routerQuestion(family.service), 0, 0);
        assertEquals(PASS, asked.action());
        assertArrayEquals(family.host, say.asking(asked.packet()), "the host's own address");
        assertEquals(0, Neighbours.icmpv6Sum(asked.packet()));
        assertEquals(1, lab.count("nd_source_replaced"));
        byte[] own = say.routerQuestion(family.host);
        assertArrayEquals(own, lab.raw("coral_egress", own, 0, 0).packet());
    }

    @Test
    void fragmentsAreLeftToSimplex() {
        Segment first = lab.fromClient(Segment.of(Segment.ACK, 1, 1, NONE, NONE)).firstFragment();
        lab.service.mode(Mode.SIMPLEX);
        assertEquals(PASS, lab.run("coral_ingress", first, 0, 0).action());
        lab.service.mode(Mode.BACKUP);
        assertEquals(SHOT, lab.run("coral_ingress", first, 0, 0).action());
        assertEquals(1, lab.count("fragment_dropped"));
    }

    @Test
    void otherPortsOfTheAddressAreNoneOfItsBusiness() {
        lab.service.mode(Mode.FENCED);
        Segment ssh = lab.fromClient(Segment.of(Segment.SYN, 1, 0, NONE, NONE)).with(37, 22);
        assertEquals(PASS, lab.run("coral_ingress", ssh, 0, 0).action());
    }

    @ParameterizedTest
    @CsvSource({
        // mode, request for the address, own reply, own gratuitous request, own ordinary request
        "FENCED,        2,  2,  2, -1",
        "SIMPLEX,      -1, -1, -1, -1",
        "PRIMARY,       2,  2,  2, -1",
        "BACKUP,       -1, -1, -1, -1",
        "FORWARD_ONLY, -1, -1, -1, -1"
    })
    void neighbours(Mode mode, int asked, int reply, int claim, int ordinary) {
        lab.service.mode(mode);
        Neighbours say = new Neighbours(lab);
        byte[] service = family.service;
        byte[] other = family.router;
        assertEquals(asked, run("coral_ingress", say.question(other, service)));
        assertEquals(reply, run("coral_egress", say.answer(service, other)));
        assertEquals(claim, run("coral_egress", say.claim(service)));
        ProgramRun.Result own = lab.raw("coral_egress", say.question(service, other), 0, 0);
        assertEquals(ordinary, own.action());
        assertArrayEquals(family.host, say.asking(own.packet()), "the host's own address");
        assertEquals(PASS, run("coral_egress", say.question(family.host, other)));
        assertEquals(PASS, run("coral_egress", say.answer(family.host, other)));
        assertEquals(PASS, run("coral_ingress", say.question(other, family.host)));
        if (family == Family.IPV6) {
            assertEquals(0, Neighbours.icmpv6Sum(own.packet()));
            assertEquals(SHOT, run("coral_ingress", say.answer(service, other)), "a duplicate");
            assertEquals(PASS, run("coral_ingress", say.answer(other, service)));
        }
    }

    private int run(String program, byte[] frame) {
        return lab.raw(program, frame, 0, 0).action();
    }

    @Test
    void icmpErrorAboutAPromotedFlowIsTranslated() {
        lab.replicate(10_000, 500, 3);
        lab.service.mode(Mode.SIMPLEX);
        lab.out(Segment.of(Segment.ACK, 501, 1, NONE, NONE));
        ProgramRun.Result in = lab.raw("coral_ingress", icmpTooBig(10_001), 0, 0);
        assertEquals(PASS, in.action());
        boolean four = family == Family.IPV4;
        assertEquals(501, ByteBuffer.wrap(in.packet()).getInt(four ? 66 : 106));
        byte[] out = in.packet();
        assertEquals(0, four ? sum(out, 34, out.length - 34) : Neighbours.icmpv6Sum(out));
        assertEquals(1, lab.count("icmp_translated"));
    }

    @Test
    void backupForwardsIcmpErrors() {
        lab.service.mode(Mode.BACKUP);
        assertEquals(PASS, lab.raw("coral_ingress", icmpTooBig(1), 0, 0).action());
        assertEquals(1, lab.count("icmp_forwarded"));
    }

    private byte[] icmpTooBig(int seq) {
        return family == Family.IPV4 ? icmpv4TooBig(seq) : icmpv6TooBig(seq);
    }

    /** "Packet too big" about a packet of the service with that sequence number. */
    private byte[] icmpv6TooBig(int seq) {
        ByteBuffer out = ByteBuffer.allocate(14 + 40 + 8 + 40 + 20);
        out.putShort(12, (short) 0x86dd).putInt(14, 0x6000_0000).putShort(18, (short) 68);
        out.put(20, (byte) 58).put(21, (byte) 64).put(22, family.router).put(38, family.service);
        out.put(54, (byte) 2).putInt(58, 1280);
        out.putInt(62, 0x6000_0000).putShort(66, (short) 20).put(68, (byte) 6).put(69, (byte) 64);
        out.put(70, family.service).put(86, family.client);
        out.putShort(102, (short) 8080).putShort(104, (short) PacketLab.CLIENT_PORT);
        out.putInt(106, seq);
        out.putShort(56, (short) Neighbours.icmpv6Sum(out.array()));
        return out.array();
    }

    /** "Fragmentation needed" about a packet of the service with that sequence number. */
    private static byte[] icmpv4TooBig(int seq) {
        ByteBuffer out = ByteBuffer.allocate(14 + 20 + 8 + 20 + 8);
        out.putShort(12, (short) 0x0800).put(14, (byte) 0x45).putShort(16, (short) 56);
        out.put(22, (byte) 64).put(23, (byte) 1);
        out.put(26, new byte[] {10, 0, 9, 9}).put(30, new byte[] {10, 0, 0, 100});
        out.put(34, (byte) 3).put(35, (byte) 4).putShort(40, (short) 1400);
        out.put(42, (byte) 0x45).put(51, (byte) 6);
        out.put(54, new byte[] {10, 0, 0, 100}).put(58, new byte[] {10, 0, 9, 1});
        out.putShort(62, (short) 8080).putShort(64, (short) PacketLab.CLIENT_PORT).putInt(66, seq);
        out.putShort(36, (short) sum(out.array(), 34, 36));
        return out.array();
    }

    private static int sum(byte[] data, int from, int length) {
        int sum = 0;
        for (int i = 0; i < length; i++) {
            sum += (data[from + i] & 0xff) << (i % 2 == 0 ? 8 : 0);
        }
        sum = (sum & 0xffff) + (sum >> 16);
        return ~(sum + (sum >> 16)) & 0xffff;
    }
}
