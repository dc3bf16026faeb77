package org.coralha.kernel;

import static org.coralha.kernel.PacketLab.CLIENT_ISN;
import static org.coralha.kernel.PacketLab.NONE;
import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Which connections a serving host knows that its peer does not have. Needs root. */
@SameWithAnyJava
@ParameterizedClass
@EnumSource(Family.class)
class UnreplicatedPacketTest {
    @Parameter Family family;

    private static final long OWN = 5_000;
    private static final long VISIBLE = 4_000_000_000L;
    private PacketLab lab;

    @BeforeEach
    void load() {
        lab = new PacketLab(family);
    }

    @AfterEach
    void unload() {
        lab.close();
    }

    private void in(int flags, long seq, long ack) {
        lab.in(Segment.of(flags, seq, ack, NONE, NONE));
    }

    private int count() {
        return lab.flows.unreplicated().size();
    }

    @Test
    void connectionBegunAloneCountsUntilOwnStackEndsIt() {
        lab.service.mode(DataPlane.Mode.SIMPLEX);
        in(Segment.SYN, CLIENT_ISN, 0);
        lab.out(Segment.of(Segment.SYN | Segment.ACK, OWN, CLIENT_ISN + 1, NONE, NONE));
        in(Segment.ACK, CLIENT_ISN + 1, OWN + 1);
        lab.service.mode(DataPlane.Mode.PRIMARY);
        assertEquals(1, count());
        in(Segment.ACK | Segment.FIN, CLIENT_ISN + 1, OWN + 1);
        assertEquals(1, count(), "its reply may still be due");
        lab.out(Segment.of(Segment.ACK | Segment.FIN, OWN + 1, CLIENT_ISN + 2, NONE, NONE));
        assertEquals(0, count());
    }

    @Test
    void connectionOverTheBackupDoesNotCount() {
        lab.guard(OWN, NONE);
        assertEquals(1, lab.count("guard_begun"));
        assertEquals(0, count());
    }

    @Test
    void connectionTakenOverCountsFromTheSwitchOnUntilItsClientIsDone() {
        lab.replicate(VISIBLE, OWN, 1);
        lab.service.mode(DataPlane.Mode.SIMPLEX);
        assertEquals(1, count(), "no packet has come since");
        in(Segment.ACK | Segment.FIN, CLIENT_ISN + 1, VISIBLE + 1);
        assertEquals(0, count());
    }
}
