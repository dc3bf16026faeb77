package org.coralha.kernel;

import static org.coralha.kernel.PacketLab.CLIENT_ISN;
import static org.coralha.kernel.PacketLab.NONE;
import static org.coralha.kernel.PacketLab.PASS;
import static org.coralha.kernel.PacketLab.REDIRECT;
import static org.coralha.kernel.PacketLab.SHOT;
import static org.coralha.kernel.PacketLab.STOLEN;
import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Packets that did not come as they were sent: nothing that they say may be believed. Needs root.
 */
@SameWithAnyJava
@ParameterizedClass
@EnumSource(Family.class)
class CorruptPacketTest {
    @Parameter Family family;

    private static final long VISIBLE = 4000;
    private static final long OWN = 90_000;
    private static final int TCP_AT = 34;
    private static final int SEQ_AT = 38;
    private static final int ACK_AT = 42;
    private PacketLab lab;

    @BeforeEach
    void load() {
        lab = new PacketLab(family);
    }

    @AfterEach
    void unload() {
        lab.close();
    }

    private int in(Segment addressed) {
        return lab.run("coral_ingress", addressed, 0, 0).action();
    }

    private Segment fromClient(byte[] payload) {
        byte[] stamp = Segment.timestamp(50, 7777);
        return lab.fromClient(Segment.of(Segment.ACK, CLIENT_ISN + 1, VISIBLE + 1, stamp, payload));
    }

    @Test
    void acknowledgementWithAFlippedBitIsNotProgress() {
        lab.replicate(VISIBLE, OWN, 5);
        long copied = lab.count("copied");
        for (int at = SEQ_AT; at < ACK_AT + 4; at++) {
            for (int bit = 0; bit < 8; bit++) {
                assertEquals(SHOT, in(fromClient(NONE).flipped(at, bit)), "byte " + at);
            }
        }
        assertEquals(0, lab.acked());
        assertEquals(64, lab.count("corrupt_dropped"));
        assertEquals(copied, lab.count("copied"), "the peer has no use for it either");
        assertEquals(PASS, in(fromClient(NONE)));
    }

    @Test
    void everyByteOfEveryLengthCounts() {
        lab.replicate(VISIBLE, OWN, 5);
        for (int length : new int[] {0, 1, 2, 3, 447, 448, 449, 450, 479, 480, 481, 1001, 1448}) {
            Segment whole = fromClient(new byte[length]);
            assertEquals(PASS, in(whole), length + " bytes");
            int end = whole.length();
            for (int at = TCP_AT + 12; at < end; at += at < end - 9 ? 7 : 1) {
                assertEquals(SHOT, in(whole.flipped(at, at % 8)), length + " bytes, at " + at);
            }
        }
    }

    @Test
    void mergedPacketsAreCheckedAlready() {
        lab.replicate(VISIBLE, OWN, 5);
        Segment merged = fromClient(new byte[3000]).with(50, 1);
        assertEquals(PASS, lab.run("coral_ingress", merged, 1448, 0).action());
    }

    @Test
    void checksumThatACardIsStillToCompleteIsNoSignOfDamage() {
        lab.replicate(VISIBLE, OWN, 5);
        assertEquals(PASS, in(fromClient(new byte[700]).checksumLeftToCard()));
        assertEquals(0, lab.count("corrupt_dropped"));
    }

    @Test
    void reportWithAFlippedBitAcknowledgesNothing() {
        long first = CLIENT_ISN + 1;
        lab.guard(OWN, NONE);
        lab.report(first, first + 65_535, NONE);
        Segment own = Segment.of(Segment.ACK, OWN + 1, first + 700, NONE, NONE);
        assertEquals(STOLEN, lab.out(own).action());
        Segment report = Segment.of(Segment.ACK, first + 65_535, first + 700, NONE, NONE);
        for (int at = SEQ_AT; at < ACK_AT + 4; at++) {
            Segment flipped = lab.fromBackup(report).flipped(at, at % 8);
            assertEquals(SHOT, in(flipped), "byte " + at);
        }
        assertEquals(8, lab.count("corrupt_dropped"));
        assertEquals(REDIRECT, lab.report(report).action(), "the whole one counts");
    }
}
