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
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.coralha.kernel.PacketLab.Outcome;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The edges of TCP, a table for each, on the programs as the kernel runs them: numbers that wrap,
 * options in every number and order, odd flags, sizes from empty to jumbo. Needs root.
 */
@SameWithAnyJava
@ParameterizedClass
@EnumSource(Family.class)
class EdgePacketTest {
    @Parameter Family family;

    private static final long WORD = 0xffff_ffffL;
    private static final long OWN_TS = 900_000;
    private static final long PEER_TS = 3_000_000;
    private static final int FLAGS_AT = 47;
    private static final int URGENT_AT = 52;
    private static final int URG = 32;
    private static final int ECE = 64;
    private static final int CWR = 128;
    private static final List<Long> STARTS =
            List.of(0L, 1L, 0x7fff_fffeL, 0x7fff_ffffL, 0x8000_0000L, 0xffff_f000L, WORD);
    private static PacketLab lab;
    private static long clamped;

    @BeforeParameterizedClassInvocation
    static void load(Family family) {
        lab = new PacketLab(family);
    }

    @AfterParameterizedClassInvocation
    static void unload() {
        lab.close();
    }

    /** Programs are loaded once; each test has a port, hence a flow, of its own. */
    @BeforeEach
    void takeTheNextPort() {
        lab.nextPort();
        lab.flows.sweep(System.nanoTime());
        clamped = lab.count("ack_clamped");
    }

    private static void assertNothingClamped() {
        assertEquals(clamped, lab.count("ack_clamped"));
    }

    private static Stream<Long[]> starts() {
        return STARTS.stream()
                .flatMap(visible -> STARTS.stream().map(own -> new Long[] {visible, own}));
    }

    /** Promotion in the middle of a reply whose numbers wrap at either host, or at both. */
    @ParameterizedTest
    @MethodSource("starts")
    void numbersThatWrap(long visible, long own) {
        lab.replicate(visible, own, OWN_TS);
        long acked = visible + 1 + 3000;
        lab.fromClientAck(acked & WORD, PEER_TS);
        lab.service.mode(DataPlane.Mode.SIMPLEX);
        for (int at = 0; at < 6000; at += 1500) {
            Outcome out = lab.out(data(own + 1 + at, 1500));
            assertEquals(PASS, out.action());
            assertEquals((acked + at) & WORD, out.segment().seq());
            assertTrue(out.segment().valid());
        }
        for (long more : new long[] {0, 1, 2999, 6000}) {
            Outcome in = lab.fromClientAck((acked + more) & WORD, PEER_TS);
            assertEquals((own + 1 + more) & WORD, in.segment().ack());
            assertTrue(in.segment().valid());
        }
        assertNothingClamped();
        Outcome beyond = lab.fromClientAck((acked + 6001) & WORD, PEER_TS);
        assertEquals((own + 1 + 6000) & WORD, beyond.segment().ack(), "what was never sent");
    }

    private static Segment data(long seq, int bytes) {
        byte[] stamp = Segment.timestamp(OWN_TS + 10, 50);
        return Segment.of(Segment.ACK, seq & WORD, CLIENT_ISN + 1, stamp, new byte[bytes]);
    }

    /**
     * One to four blocks (three beside a timestamp), behind none to three NOPs, across the wrap.
     */
    @ParameterizedTest
    @CsvSource({"1,0", "1,2", "2,1", "2,2", "3,0", "3,3", "4,0", "4,2"})
    void sackBlocks(int blocks, int nops) {
        long visible = WORD - 4000;
        long own = 77;
        lab.replicate(visible, own, OWN_TS);
        long[] edges =
                LongStream.range(0, blocks * 2L).map(i -> visible + 1 + 1000 + i * 700).toArray();
        byte[] options = sack(nops, edges);
        Segment replicated = ack(visible + 1, options);
        byte[] blank = options(lab.in(replicated).segment());
        assertTrue(kinds(blank).noneMatch(kind -> kind == 5), "own stack has sent none of it");
        lab.service.mode(DataPlane.Mode.SIMPLEX);
        for (int at = 0; at < 9000; at += 3000) {
            lab.out(data(own + 1 + at, 3000));
        }
        Outcome in = lab.in(ack(visible + 1 + 10, options));
        assertTrue(in.segment().valid());
        long[] moved = LongStream.of(edges).map(edge -> edge - visible + own).toArray();
        assertArrayEquals(sack(nops, moved), options(in.segment()));
    }

    private static Segment ack(long ack, byte[] options) {
        return Segment.of(Segment.ACK, CLIENT_ISN + 1, ack & WORD, options, NONE);
    }

    private static byte[] options(Segment segment) {
        byte[] tcp = segment.tcp();
        return Arrays.copyOfRange(tcp, 20, (tcp[12] >> 4 & 15) * 4);
    }

    private static Stream<Integer> kinds(byte[] options) {
        Stream.Builder<Integer> found = Stream.builder();
        for (int at = 0; at < options.length && options[at] != 0; ) {
            found.add((int) options[at]);
            at += options[at] == 1 ? 1 : options[at + 1];
        }
        return found.build();
    }

    private static byte[] sack(int nops, long... edges) {
        int bytes = nops + 2 + edges.length * 4;
        ByteBuffer out = ByteBuffer.allocate((bytes + 3) / 4 * 4);
        for (int i = 0; i < nops; i++) {
            out.put((byte) 1);
        }
        out.put((byte) 5).put((byte) (2 + edges.length * 4));
        for (long edge : edges) {
            out.putInt((int) edge);
        }
        return out.array();
    }

    /** Clocks that begin anywhere, the peer's before or behind: PAWS sees no step back. */
    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "0, 5",
        "5, 0",
        "1, 2147483647",
        "2147483648, 1",
        "4294967290, 3",
        "3, 4294967290",
        "4294967295, 4294967295",
        "900000, 3000000000"
    })
    void clocksOfAnyBase(long ownTs, long peerTs) {
        lab.replicate(100, 200, ownTs, peerTs);
        lab.service.mode(DataPlane.Mode.SIMPLEX);
        byte[] stamp = Segment.timestamp(ownTs + 1, 50);
        Outcome out = lab.out(Segment.of(Segment.ACK, 201, CLIENT_ISN + 1, stamp, new byte[9]));
        int ahead = (int) (out.segment().option(4) - peerTs);
        assertTrue(ahead >= 0 && ahead < 20_000, "shown " + ahead + " ms ahead");
        Outcome in = lab.fromClientAck(110, out.segment().option(4));
        assertEquals((ownTs + 1) & WORD, in.segment().option(8), "own clock again");
    }

    /** A client, or a host, without timestamps: nothing of them is invented or looked for. */
    @ParameterizedTest
    @ValueSource(strings = {"none", "nops", "end of list"})
    void flowsWithoutTimestamps(String kind) {
        byte[] options =
                switch (kind) {
                    case "none" -> NONE;
                    case "nops" -> new byte[] {1, 1, 1, 1};
                    default -> new byte[] {0, 8, 10, 5};
                };
        lab.service.mode(DataPlane.Mode.BACKUP);
        lab.in(Segment.of(Segment.SYN, CLIENT_ISN, 0, NONE, NONE));
        lab.out(Segment.of(Segment.SYN | Segment.ACK, 200, CLIENT_ISN + 1, NONE, NONE));
        Outcome replica = lab.confirmed(ack(101, options));
        assertEquals(201, replica.segment().ack());
        assertArrayEquals(options, options(replica.segment()));
        lab.in(ack(101 + 40, options));
        lab.service.mode(DataPlane.Mode.SIMPLEX);
        Segment own = Segment.of(Segment.ACK, 201, CLIENT_ISN + 1, options, new byte[9]);
        Outcome out = lab.out(own);
        assertEquals(141, out.segment().seq());
        assertArrayEquals(options, options(out.segment()));
        Outcome in = lab.in(ack(145, options));
        assertEquals(205, in.segment().ack());
        assertTrue(out.segment().valid() && in.segment().valid());
    }

    /** Urgent data and congestion marks go through, at the backup, after promotion and guarded. */
    @ParameterizedTest
    @CsvSource({"32, 5", "32, 65535", "64, 0", "128, 0", "192, 0", "224, 1"})
    void oddFlagsStayAsTheyAre(int flags, int urgent) {
        assertEquals(0, flags & ~(URG | ECE | CWR));
        lab.replicate(100, 200, OWN_TS);
        Segment request = odd(flags, urgent, data(CLIENT_ISN + 1, 20));
        assertOdd(flags, urgent, lab.in(request));
        lab.service.mode(DataPlane.Mode.SIMPLEX);
        assertOdd(flags, urgent, lab.in(request));
        assertOdd(flags, urgent, lab.out(odd(flags, urgent, data(201, 20))));
    }

    private static Segment odd(int flags, int urgent, Segment segment) {
        return segment.with(FLAGS_AT, segment.flags() | flags)
                .with(URGENT_AT, urgent >> 8)
                .with(URGENT_AT + 1, urgent);
    }

    private static void assertOdd(int flags, int urgent, Outcome outcome) {
        assertEquals(PASS, outcome.action());
        assertEquals(Segment.ACK | flags, outcome.segment().flags());
        byte[] tcp = outcome.segment().tcp();
        assertEquals(urgent, (tcp[18] & 255) << 8 | tcp[19] & 255);
        assertTrue(outcome.segment().valid());
    }

    /** From an empty packet to what a card still has to cut; a page is all that one run takes. */
    @ParameterizedTest
    @CsvSource({"0,0", "1,0", "1228,0", "1448,0", "2896,1448", "3300,536"})
    void sizes(int bytes, int gsoSize) {
        lab.replicate(100, 200, OWN_TS);
        lab.service.mode(DataPlane.Mode.SIMPLEX);
        Outcome out = lab.out(data(201, bytes), gsoSize);
        assertEquals(PASS, out.action());
        assertEquals(101, out.segment().seq());
        assertTrue(out.segment().valid());
        assertEquals(201 + bytes, lab.fromClientAck(101 + bytes, PEER_TS).segment().ack());
        assertNothingClamped();
    }

    /** A probe of the client repeats its last number: it advances nothing and is answered. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void keepAliveProbes(int bytes) {
        lab.replicate(100, 200, OWN_TS);
        byte[] stamp = Segment.timestamp(50, 7777);
        Segment probe = Segment.of(Segment.ACK, CLIENT_ISN, 101, stamp, new byte[bytes]);
        assertEquals(201, lab.in(probe).segment().ack(), "at the backup");
        lab.service.mode(DataPlane.Mode.SIMPLEX);
        Outcome in = lab.in(probe);
        assertEquals(PASS, in.action());
        assertEquals(CLIENT_ISN, in.segment().seq());
        assertEquals(201, in.segment().ack());
        Outcome answer = lab.out(data(201, 0));
        assertEquals(101, answer.segment().seq());
    }

    /** The client's window is none of the data plane's business, also when it is shut. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 500, 65535})
    void clientsWindowPassesUnchanged(int window) {
        lab.replicate(100, 200, OWN_TS);
        Segment ack = ack(101, Segment.timestamp(50, 7777)).window(window);
        assertEquals(window, lab.in(ack).segment().window());
        lab.service.mode(DataPlane.Mode.SIMPLEX);
        assertEquals(window, lab.in(ack).segment().window());
        Outcome probe = lab.out(data(200, 0));
        assertEquals(100, probe.segment().seq(), "a probe of a shut window, one byte back");
    }

    /** Strict acknowledgement with every shift that TCP knows: never beyond the backup's edge. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14})
    void windowScaling(int scale) {
        lab.guard(5000, NONE, scale);
        long first = CLIENT_ISN + 1;
        long edge = first + 65_535 + 10_000;
        lab.report(first + 10_000, edge, NONE);
        Segment own = Segment.of(Segment.ACK, 5001, first + 10_000, NONE, NONE).window(0xffff);
        Outcome out = lab.out(own);
        long said = out.segment().ack() + ((long) out.segment().window() << scale);
        assertEquals(first + 10_000, out.segment().ack());
        long told = first + 65_535;
        long unit = 1L << scale;
        assertTrue(said >= told && said > edge - unit, "room " + (said - edge));
        assertTrue(
                said <= edge || said - unit < told, "beyond, not to take back: " + (said - edge));
        assertTrue(out.segment().valid());
    }

    /** Strict acknowledgement while the client's numbers wrap. */
    @Test
    void guardedNumbersThatWrap() {
        long isn = WORD - 2000;
        lab.guard(isn, 5000, NONE, 7);
        long first = isn + 1;
        lab.report(first, (first + 65_535) & WORD, NONE);
        for (long at = 1000; at <= 8000; at += 1000) {
            Segment own = Segment.of(Segment.ACK, 5001, (first + at) & WORD, NONE, NONE);
            assertEquals(STOLEN, lab.out(own.window(0xffff)).action(), "owed at " + at);
            long room = (first + at + 65_535) & WORD;
            Outcome paid = lab.report((first + at) & WORD, room, NONE);
            assertEquals(REDIRECT, paid.action());
            assertEquals((first + at) & WORD, paid.segment().ack());
            assertTrue(paid.segment().valid());
        }
    }

    /** One reset ends a flow only at the exact number, whatever its state. */
    @ParameterizedTest
    @CsvSource({"BACKUP,false", "BACKUP,true", "SIMPLEX,false", "SIMPLEX,true"})
    void resets(DataPlane.Mode mode, boolean halfClosed) {
        lab.replicate(100, 200, OWN_TS);
        lab.service.mode(mode);
        long next = CLIENT_ISN + 1;
        if (halfClosed) {
            lab.in(Segment.of(Segment.FIN | Segment.ACK, next++, 101, NONE, NONE));
        }
        for (long wrong : new long[] {next - 1, next + 1, next + 60_000}) {
            lab.in(Segment.of(Segment.RST, wrong, 0, NONE, NONE));
            assertEquals(0, lab.flows.sweep(System.nanoTime()), "reset at " + (wrong - next));
        }
        assertEquals(PASS, lab.in(Segment.of(Segment.RST, next, 0, NONE, NONE)).action());
        assertEquals(1, lab.flows.sweep(System.nanoTime()));
    }

    /** Both sides say FIN before either has heard the other's: each is acknowledged. */
    @Test
    void simultaneousClose() {
        lab.replicate(100, 200, OWN_TS);
        lab.service.mode(DataPlane.Mode.SIMPLEX);
        int fin = Segment.FIN | Segment.ACK;
        Outcome own = lab.out(Segment.of(fin, 201, CLIENT_ISN + 1, NONE, NONE));
        assertEquals(101, own.segment().seq());
        Outcome clients = lab.in(Segment.of(fin, CLIENT_ISN + 1, 101, NONE, NONE));
        assertEquals(201, clients.segment().ack());
        Outcome last = lab.in(Segment.of(Segment.ACK, CLIENT_ISN + 2, 102, NONE, NONE));
        assertEquals(202, last.segment().ack(), "own FIN counts as one");
        Outcome answer = lab.out(Segment.of(Segment.ACK, 202, CLIENT_ISN + 2, NONE, NONE));
        assertEquals(102, answer.segment().seq());
        assertEquals(1, lab.flows.sweep(System.nanoTime()));
    }

    /** The client has closed its side and still gets its reply, from the survivor. */
    @Test
    void halfClose() {
        lab.replicate(100, 200, OWN_TS);
        int fin = Segment.FIN | Segment.ACK;
        lab.in(Segment.of(fin, CLIENT_ISN + 1, 101, Segment.timestamp(50, 7777), NONE));
        lab.service.mode(DataPlane.Mode.SIMPLEX);
        assertEquals(101, lab.out(data(201, 1000)).segment().seq());
        assertEquals(701, lab.fromClientAck(601, PEER_TS).segment().ack());
        assertEquals(0, lab.flows.sweep(System.nanoTime()), "the reply is on its way");
        Outcome end = lab.out(Segment.of(fin, 1201, CLIENT_ISN + 2, NONE, NONE));
        assertEquals(1101, end.segment().seq());
        assertEquals(1, lab.flows.sweep(System.nanoTime()));
    }

    /** Flags that no stack sends together get no further than the rules of a plain packet. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2 | 1, 2 | 4, 4 | 1, 63, 41, 255})
    void nonsenseIsHarmless(int flags) {
        lab.replicate(100, 200, OWN_TS);
        Outcome at = lab.in(Segment.of(flags, CLIENT_ISN + 1, 101, NONE, NONE));
        assertTrue(List.of(PASS, SHOT, REDIRECT).contains(at.action()), "action " + at.action());
        lab.service.mode(DataPlane.Mode.SIMPLEX);
        Outcome out = lab.out(data(201, 10));
        assertTrue(List.of(PASS, STOLEN).contains(out.action()), "action " + out.action());
        assertTrue(out.action() == STOLEN || out.segment().seq() == 101, "own reply is translated");
    }
}
