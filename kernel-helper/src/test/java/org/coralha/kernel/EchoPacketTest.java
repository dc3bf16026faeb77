package org.coralha.kernel;

import static org.coralha.kernel.PacketLab.CLIENT_ISN;
import static org.coralha.kernel.PacketLab.NONE;
import static org.coralha.kernel.PacketLab.STOLEN;
import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Which of the client's timestamps an acknowledgement echoes that the backup's report pays. */
@SameWithAnyJava
@ParameterizedClass
@EnumSource(Family.class)
class EchoPacketTest {
    @Parameter Family family;

    private static final long FIRST = CLIENT_ISN + 1;
    private static final long OWN = 0xffff_fff0L;
    private static final int ROOMY = 1000;
    private PacketLab lab;

    @BeforeEach
    void load() {
        lab = new PacketLab(family);
    }

    @AfterEach
    void unload() {
        lab.close();
    }

    /** Or the client takes its own repetition for needless, and stops repeating. */
    @Test
    void echoIsThatOfWhicheverStackMovedTheEdge() {
        lab.guard(OWN, Segment.timestamp(111, 1));
        lab.report(FIRST, FIRST + 65_535, Segment.timestamp(9, 300));
        Segment owed =
                Segment.of(Segment.ACK, OWN + 1, FIRST + 700, Segment.timestamp(222, 333), NONE);
        assertEquals(STOLEN, lab.out(owed.window(ROOMY)).action());
        Segment filled =
                lab.report(FIRST + 300, FIRST + 65_535, Segment.timestamp(9, 555)).segment();
        assertEquals(FIRST + 300, filled.ack());
        assertEquals(222, filled.option(4), "own stack's clock");
        assertEquals(555, filled.option(8), "the repetition that the backup missed");
        Segment ahead =
                lab.report(FIRST + 900, FIRST + 65_535, Segment.timestamp(9, 777)).segment();
        assertEquals(FIRST + 700, ahead.ack());
        assertEquals(333, ahead.option(8), "own stack's, which moved this edge");
    }
}
