package org.coralha.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.coralha.wire.WireRule;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Packets that no stack would send, on a flow that lives: real stacks, and both go on. Needs root.
 */
@SameWithAnyJava
@ParameterizedClass
@EnumSource(Family.class)
class NonsenseTest {
    @Parameter Family family;

    /** None, FIN alone, SYN with others, URG and PSH without ACK, all. */
    private static final List<Integer> FLAGS =
            List.of(0, 1, 2, 3, 8, 9, 0x12, 0x13, 0x20, 0x29, 0x2b, 0x40, 0x80, 0xc0, 0xc1);

    /** With RST: at the exact number these end a connection, so they come beside it. */
    private static final List<Integer> RESETS = List.of(4, 5, 6, 7, 0x14, 0x15, 0x3f, 0xff);

    private static final int[] BESIDE = {-1, 1, 1000, 40_000};
    private static final int PACKETS = 2 * (FLAGS.size() + RESETS.size() * BESIDE.length);
    private TwoHosts hosts;

    @BeforeEach
    void build() {
        hosts = new TwoHosts(family);
    }

    @AfterEach
    void remove() {
        hosts.close();
    }

    @Test
    void flowGoesOnAtBothHostsAndAcrossAFailover() throws Exception {
        Trio flow = Trio.connect(hosts, Trio.doors(hosts));
        flow.speak("before");
        hosts.wire.breaks(
                WireRule.SEQUENCE_WITHOUT_HOLES, "a SYN that means nothing begins a flow");
        try (FlowEntries entries = new FlowEntries(hosts.b);
                ClientCable cable = new ClientCable(hosts);
                Capture ends =
                        new Capture(hosts.client, Capture.ofService(Segment.RST | Segment.FIN))) {
            long seen = hosts.b.plane.counters().get("ingress_segments");
            bombard(cable, flow.port(), entries.of(flow.port()));
            flow.speak("between");
            assertArrived(seen);
            assertOpen(entries.of(flow.port()));
            hosts.failOver();
            flow.speakWithB("promoted");
            seen = hosts.b.plane.counters().get("ingress_segments");
            bombard(cable, flow.port(), entries.of(flow.port()));
            flow.speakWithB("after");
            assertArrived(seen);
            assertOpen(entries.of(flow.port()));
            assertEquals(List.of(), ends.lines());
        }
    }

    private void assertArrived(long seen) {
        long arrived = hosts.b.plane.counters().get("ingress_segments") - seen;
        assertTrue(arrived >= PACKETS, arrived + " of " + PACKETS + " arrived");
    }

    private static void bombard(ClientCable cable, int port, FlowEntries.Numbers now) {
        for (byte[] payload : new byte[][] {{}, new byte[100]}) {
            for (int flags : FLAGS) {
                send(cable, port, flags, now, 0, payload);
            }
            for (int flags : RESETS) {
                for (int beside : BESIDE) {
                    send(cable, port, flags, now, beside, payload);
                }
            }
        }
    }

    private static void assertOpen(FlowEntries.Numbers entry) {
        assertFalse(entry.clientFin(), "a FIN that no stack takes");
        assertFalse(entry.closed());
    }

    private static void send(
            ClientCable cable,
            int port,
            int flags,
            FlowEntries.Numbers now,
            int beside,
            byte[] payload) {
        long seq = now.clientNext() + beside;
        cable.send(port, Segment.of(flags, seq, now.clientAck(), new byte[0], payload));
    }
}
