package org.coralha.drill.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HexFormat;
import java.util.List;
import org.coralha.drill.client.Kind;
import org.coralha.drill.lab.Drill;
import org.coralha.drill.lab.Fault;
import org.coralha.drill.lab.Lab;
import org.coralha.drill.lab.LabDaemon;
import org.coralha.drill.lab.LoadProcess;
import org.coralha.drill.lab.LoadResult;
import org.coralha.drill.lab.Shell;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * When the backup is gone, the router and a client on the servers' own subnet learn where the
 * advertised address is now, and nobody else loses a request.
 */
@LabTest
class AddressTakeoverTest {
    private static final int LOST_FRAMES = 12;
    private static final String TABLE = "coral_test";

    @ParameterizedTest
    @EnumSource(
            value = Fault.class,
            names = {"BACKUP_CABLE", "BACKUP_JETTY_KILL", "PRIMARY_CABLE"})
    void bothSubnetsGoOn(Fault fault, PairInLab pair) {
        everybodyGoesOn(fault, pair.duplex());
    }

    @Test
    void lostAnnouncementsOnlyCostTime(PairInLab pair) {
        Lab lab = pair.duplex();
        String survivor = lab.status().hostWith("PRIMARY");
        loseAnnouncements(lab, survivor);
        try {
            everybodyGoesOn(Fault.BACKUP_CABLE, lab);
            assertTrue(lostFrames(lab).contains("packets " + LOST_FRAMES + " "), lostFrames(lab));
            assertEquals("true", LabDaemon.status(survivor).get("addressProven").text(), "proven");
        } finally {
            nft(lab, "delete table netdev " + TABLE);
        }
    }

    private static void everybodyGoesOn(Fault fault, Lab lab) {
        try (Drill drill = Drill.begin(lab, true);
                LoadProcess near = LoadProcess.start(lab, Lab.NEAR, drill.service())) {
            place(drill.load());
            place(near);
            near.fault();
            drill.inject(fault);
            near.go();
            LoadResult seenNear = near.finish(30_000);
            Drill.Outcome outcome = drill.finish(30_000);
            System.out.println(fault.title() + ": far " + outcome + "\nnear " + seenNear);
            assertTrue(seenNear.clean(), "near: " + seenNear);
            assertTrue(outcome.load().clean(), outcome.toString());
            assertTrue(seenNear.replies() > 200, "near: " + seenNear);
            WireAssertions.assertJudged(outcome.wire());
        }
    }

    private static void place(LoadProcess load) {
        load.open(Kind.IDLE, 30);
        load.open(Kind.UPLOAD_PART, 10, "bytes=100000");
        load.open(Kind.SMALL, 4);
        load.awaitPlaced(Phase.PLACE_LIMIT_MS);
        load.awaitReplies(100, 20_000);
    }

    /** The switch loses the first frames in which the host claims the advertised address. */
    private static void loseAnnouncements(Lab lab, String host) {
        String address = lab.service().getAddress().getHostAddress();
        nft(
                lab,
                String.join(
                        "\n",
                        "table netdev " + TABLE + " {",
                        " chain in {",
                        "  type filter hook ingress device \"" + host + "\" priority 0",
                        "  "
                                + (address.contains(":")
                                        ? "icmpv6 type nd-neighbor-advert @th,64,128 " + raw(lab)
                                        : "arp saddr ip " + address)
                                + " numgen inc mod 1000000 < "
                                + LOST_FRAMES
                                + " counter drop",
                        " }",
                        "}"));
    }

    /** The address as nft compares bytes: here those of the target of an advertisement. */
    private static String raw(Lab lab) {
        return "0x" + HexFormat.of().formatHex(lab.service().getAddress().getAddress());
    }

    private static String lostFrames(Lab lab) {
        return nft(lab, "list table netdev " + TABLE);
    }

    private static String nft(Lab lab, String commands) {
        Shell.Result result = lab.exec("switch", 5000, List.of("nft", commands));
        assertEquals(0, result.exit(), commands + ": " + result.all());
        return result.out();
    }
}
