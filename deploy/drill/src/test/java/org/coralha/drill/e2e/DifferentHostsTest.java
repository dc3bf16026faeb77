package org.coralha.drill.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.coralha.drill.client.Kind;
import org.coralha.drill.lab.Drill;
import org.coralha.drill.lab.Fault;
import org.coralha.drill.lab.Lab;
import org.coralha.drill.lab.LabOptions;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/**
 * Hosts whose kernels number differently: another base of TCP timestamps on one, sequence numbers
 * from SYN cookies on one, and checksums in software. A failover in each direction.
 */
@LabTest
@Order(Integer.MAX_VALUE)
class DifferentHostsTest {
    private static LabOptions options() {
        return PairInLab.options()
                .sysctl("b", "net.ipv4.tcp_timestamps", "2")
                .sysctl("a", "net.ipv4.tcp_syncookies", "2");
    }

    @Test
    void connectionsGoOnInBothDirections(PairInLab pair) {
        Lab lab = pair.duplex(options());
        String first = failOver(lab, Fault.PRIMARY_CABLE);
        String second = failOver(pair.duplex(options()), Fault.PRIMARY_JETTY_KILL);
        assertEquals(List.of("a", "b"), List.of(first, second).stream().sorted().toList());
    }

    @Test
    void checksumsInSoftwareAreRightToo(PairInLab pair) {
        Lab lab = pair.duplex(options());
        for (String host : List.of("a", "b")) {
            lab.verb("exec", host, "--", "ethtool", "-K", "eth0", "tx", "off");
        }
        pair.spoiled();
        failOver(lab, Fault.PRIMARY_CABLE);
    }

    private static String failOver(Lab lab, Fault fault) {
        try (Drill drill = Drill.begin(lab, false)) {
            drill.load().open(Kind.IDLE, 50);
            drill.load().open(Kind.HEAD_PART, 20);
            drill.load().open(Kind.UPLOAD_PART, 30, "bytes=100000");
            drill.load().open(Kind.SLOW, 50, "bytes=1500000", "rate=1000000");
            drill.load().open(Kind.PIPELINE, 5);
            drill.load().open(Kind.CLOSE, 5);
            drill.load().awaitPlaced(Phase.PLACE_LIMIT_MS);
            String survivor = drill.inject(fault);
            drill.load().awaitReplies(200, Phase.PLACE_LIMIT_MS);
            Drill.Outcome outcome = drill.finish(45_000);
            System.out.println("different hosts, " + fault.title() + ": " + outcome);
            assertTrue(outcome.load().clean(), outcome.toString());
            WireAssertions.assertJudged(outcome.wire());
            return survivor;
        }
    }
}
