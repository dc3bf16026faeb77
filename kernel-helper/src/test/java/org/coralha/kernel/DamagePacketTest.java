package org.coralha.kernel;

import static org.coralha.kernel.PacketLab.CLIENT_ISN;
import static org.coralha.kernel.PacketLab.NONE;
import static org.coralha.kernel.PacketLab.PASS;
import static org.coralha.kernel.PacketLab.SHOT;
import static org.junit.jupiter.api.Assertions.assertEquals;

import org.coralha.kernel.PacketLab.Outcome;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Packets that did not come as they were sent change nothing. Needs root. */
class DamagePacketTest {
    private static final long VISIBLE = 70_000;
    private static final long OWN = 5;
    private static final int ACK_AT = 42;
    private static final int CHECKSUM_AT = 50;
    private PacketLab lab;

    @BeforeEach
    void load() {
        lab = new PacketLab();
    }

    @AfterEach
    void unload() {
        lab.close();
    }

    private Segment acknowledging(long ack, int payload) {
        byte[] data = new byte[payload];
        for (int i = 0; i < payload; i++) {
            data[i] = (byte) (i * 7 + 1);
        }
        return lab.fromClient(Segment.of(Segment.ACK, CLIENT_ISN + 1, ack, NONE, data));
    }

    private Outcome in(Segment segment) {
        return lab.run("coral_ingress", segment, 0, 0);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 5, 491, 492, 493, 1003, 1004, 1005, 1460, 1461, 3500})
    void oneBitAnywhereIsEnough(int payload) {
        lab.replicate(VISIBLE, OWN, 1);
        Segment whole = acknowledging(VISIBLE + 1 + 500, payload);
        long copied = lab.count("copied");
        int[] places = {ACK_AT, ACK_AT + 3, CHECKSUM_AT, 54 + payload - 1};
        for (int at : places) {
            Segment bad = whole.with(at, whole.frame()[at] ^ 0x40);
            assertEquals(SHOT, in(bad).action(), "byte " + at);
        }
        assertEquals(places.length, lab.count("damaged"));
        assertEquals(copied, lab.count("copied"), "the peer could not use it either");
        assertEquals(0, lab.acked());
        assertEquals(PASS, in(whole).action());
        assertEquals(500, lab.acked());
    }

    @Test
    void checksumThatADeviceIsToFillInIsNotAsked() {
        lab.replicate(VISIBLE, OWN, 1);
        Segment whole = acknowledging(VISIBLE + 1 + 500, 11);
        int pseudo = 6 + whole.frame().length - 34;
        for (int at = 26; at < 34; at += 2) {
            pseudo += (whole.frame()[at] & 0xff) << 8 | (whole.frame()[at + 1] & 0xff);
        }
        pseudo = (pseudo & 0xffff) + (pseudo >> 16);
        Segment partial = whole.with(CHECKSUM_AT, pseudo >> 8).with(CHECKSUM_AT + 1, pseudo);
        assertEquals(PASS, in(partial).action());
        assertEquals(500, lab.acked());
    }

    @Test
    void mergedPacketsAreCheckedAlready() {
        lab.replicate(VISIBLE, OWN, 1);
        Segment merged = acknowledging(VISIBLE + 1 + 500, 3000).with(CHECKSUM_AT, 1);
        assertEquals(PASS, lab.run("coral_ingress", merged, 1448, 0).action());
        assertEquals(500, lab.acked());
    }

    @Test
    void damagedReportAcknowledgesNothing() {
        lab.guard(OWN, NONE);
        byte[] own = {10, 0, 0, 100};
        byte[] client = {10, 0, 9, 1};
        Segment report =
                Segment.of(Segment.ACK, CLIENT_ISN + 60_000, CLIENT_ISN + 701, NONE, NONE)
                        .between(lab.from, own, 8080, client, lab.clientPort);
        in(report.with(ACK_AT + 3, report.frame()[ACK_AT + 3] ^ 1));
        assertEquals(1, lab.count("damaged"));
        assertEquals(0, lab.count("report_taken"));
        in(report);
        assertEquals(1, lab.count("report_taken"));
    }
}
