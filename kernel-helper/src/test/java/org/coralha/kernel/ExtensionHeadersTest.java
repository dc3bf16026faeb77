package org.coralha.kernel;

import static org.coralha.kernel.PacketLab.CLIENT_ISN;
import static org.coralha.kernel.PacketLab.NONE;
import static org.coralha.kernel.PacketLab.PASS;
import static org.coralha.kernel.PacketLab.SHOT;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.HexFormat;
import org.coralha.kernel.DataPlane.Mode;
import org.coralha.kernel.PacketLab.Outcome;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What stands between the headers of IPv6 and TCP, and packets that only look like IPv6. */
@SameWithAnyJava
class ExtensionHeadersTest {
    private static final long VISIBLE = 5000;
    private static final long OWN = 700;
    private PacketLab lab;

    @BeforeEach
    void load() {
        lab = new PacketLab(Family.IPV6);
    }

    @AfterEach
    void unload() {
        lab.close();
    }

    private static Segment ack(long ack) {
        return Segment.of(Segment.ACK, CLIENT_ISN + 1, ack, NONE, new byte[20]);
    }

    @ParameterizedTest
    @CsvSource({
        // first header, all of them
        "0, 0600010400000000", // hop-by-hop
        "60, 0600010400000000", // destination options
        "60, 06010104000000000000000000000000", // twice as long
        "43, 0600000000000000", // routing, at its last stop
        "44, 0600000000000009", // fragment that is the whole
        "51, 060400000000000100000001000000000000000000000000", // authentication
        "0, 3c000104000000002b000104000000002c000000000000000600000000000009"
    })
    void areSkipped(int kind, String hex) {
        byte[] extensions = HexFormat.of().parseHex(hex);
        lab.replicate(VISIBLE, OWN, 3);
        Segment in = lab.fromClient(ack(VISIBLE + 101)).behind(kind, extensions);
        Outcome replica = lab.run("coral_ingress", in, 0, 0);
        assertEquals(PASS, replica.action());
        assertEquals(100, lab.acked());
        assertArrayEquals(
                extensions,
                Arrays.copyOfRange(replica.segment().frame(), 54, 54 + extensions.length));
        assertEquals(OWN + 1, replica.segment().without(extensions).ack());
        assertTrue(replica.segment().without(extensions).valid());
        lab.service.mode(Mode.SIMPLEX);
        Segment own = lab.fromService(Segment.of(Segment.ACK, OWN + 1, 1, NONE, new byte[7]));
        Outcome out = lab.run("coral_egress", own.behind(kind, extensions), 0, 0);
        assertEquals(PASS, out.action());
        assertEquals(VISIBLE + 101, out.segment().without(extensions).seq());
        assertTrue(out.segment().without(extensions).valid());
    }

    @ParameterizedTest
    @CsvSource({
        "44, 0600000100000009", // first of several fragments
        "44, 0600000800000009", // a later one
        "44, 3c000001000000090600010400000000", // options behind the fragment header
        "43, 0600000100000000", // routing, with another stop to come
        "60, 3c000104000000003c000104000000003c000104000000003c000104000000003c00010400000000"
                + "3c000104000000003c000104000000003c000104000000000600010400000000" // too many
    })
    void thatHideThePortsAreLeftToSimplex(int kind, String hex) {
        Segment in = lab.fromClient(ack(1)).behind(kind, HexFormat.of().parseHex(hex));
        lab.service.mode(Mode.SIMPLEX);
        assertEquals(PASS, lab.run("coral_ingress", in, 0, 0).action());
        for (Mode mode : new Mode[] {Mode.BACKUP, Mode.PRIMARY, Mode.FENCED}) {
            lab.service.mode(mode);
            assertEquals(SHOT, lab.run("coral_ingress", in, 0, 0).action(), mode.toString());
        }
        Segment own =
                lab.fromService(Segment.of(Segment.ACK, 1, 1, NONE, NONE))
                        .behind(kind, HexFormat.of().parseHex(hex));
        assertEquals(SHOT, lab.run("coral_egress", own, 0, 0).action());
    }

    @Test
    void longerThanThePacketAreLeftToTheStackToRefuse() {
        lab.service.mode(Mode.BACKUP);
        byte[] options = {6, -1, 1, 4, 0, 0, 0, 0};
        Segment in = lab.fromClient(ack(1)).behind(60, options);
        assertEquals(PASS, lab.run("coral_ingress", in, 0, 0).action());
        assertEquals(0, lab.count("ingress_segments"));
    }

    /** UDP, no next header, and encrypted: none of them is TCP that could be seen. */
    @ParameterizedTest
    @ValueSource(ints = {17, 59, 50})
    void ofOthersAreNoneOfItsBusiness(int kind) {
        lab.service.mode(Mode.BACKUP);
        byte[] options = {(byte) kind, 0, 1, 4, 0, 0, 0, 0};
        Segment in = lab.fromClient(ack(1)).behind(60, options);
        assertEquals(PASS, lab.run("coral_ingress", in, 0, 0).action());
        assertEquals(0, lab.count("ingress_segments"));
    }

    @Test
    void addressesOfIpv4InIpv6AreNotTakenForIpv4() {
        lab.close();
        lab = new PacketLab(Family.IPV4);
        lab.service.mode(Mode.BACKUP);
        byte[] service = MappedAddress.of(Family.IPV4.service);
        byte[] client = MappedAddress.of(Family.IPV4.client);
        Segment in = ack(1).between(PacketLab.PEER_MAC, client, 4000, service, PacketLab.PORT);
        assertEquals(PASS, lab.run("coral_ingress", in, 0, 0).action());
        Segment out = ack(1).between(PacketLab.OWN_MAC, service, PacketLab.PORT, client, 4000);
        assertEquals(PASS, lab.run("coral_egress", out, 0, 0).action());
        assertEquals(0, lab.count("ingress_segments") + lab.count("egress_segments"));
    }
}
