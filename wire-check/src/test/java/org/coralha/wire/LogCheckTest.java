package org.coralha.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Synthetic captures and journals. A frame goes by each 100 ms, the first one, the SYN, at 100,000
 * us; host 1 sends unless a test says otherwise, and host 2 acknowledges.
 */
class LogCheckTest {
    private static final String CLIENT = " 10.0.0.1:40000 ";
    private static final String OPEN = "250000 OPEN" + CLIENT + "7 0 0\n";

    @TempDir Path directory;

    private WireReport check(Frames frames, String journal1, String journal2) throws IOException {
        Path file = directory.resolve("switch.pcap");
        Files.write(file, frames.pcap(ByteOrder.LITTLE_ENDIAN, 128));
        LogCheck log = LogCheck.of(1, LogJournal.of(journal1), 2, LogJournal.of(journal2));
        return WireCheck.atSwitch(Frames.SERVICE, Set.of(Frames.CLIENT_PORT), Set.of(), log)
                .check(file);
    }

    /** Segments: SYN 100, SYN-ACK 200, ACK 300, request 400, 1000 bytes 500, 501 bytes 600 ms. */
    private static Frames talk() {
        return new Frames().handshake().request(100).reply(1000).reply(501);
    }

    private static String line(long micros, String kind, long end, int flags) {
        return micros + " " + kind + CLIENT + "7 " + end + " " + flags + "\n";
    }

    private static String reply(long micros, long end, int flags) {
        return line(micros, "REPLY", end, flags);
    }

    private static void assertClean(int judged, WireReport report) {
        assertTrue(report.clean(), report.toString());
        assertEquals(judged, report.logged(), report.toString());
    }

    private static void assertBroken(int times, WireReport report) {
        assertEquals(times, report.count(WireRule.LOGGED_BEFORE_SENT), report.toString());
        assertEquals(times, report.violations(), report.toString());
    }

    @Test
    void bytesAfterTheirAcknowledgementAreClean() throws IOException {
        assertClean(2, check(talk(), "", OPEN + reply(499_999, 1501, 1)));
        assertClean(2, check(talk(), "", OPEN + reply(500_000, 1000, 1) + reply(550_000, 1501, 1)));
    }

    @ParameterizedTest
    @CsvSource({
        "500001, 1501, 1", // a microsecond late
        "450000, 1500, 1", // a byte short
        "450000, 1501, 0", // a piece of a reply that is not whole
    })
    void bytesBeforeTheirAcknowledgementAreSeen(long micros, long end, int flags)
            throws IOException {
        WireReport report = check(talk(), "", OPEN + reply(micros, end, flags));
        assertBroken(end == 1500 || flags == 1 ? 1 : 2, report);
        assertEquals(2, report.logged());
    }

    @Test
    void bytesThatNobodyAcknowledgedAreSeenAndSoIsWhereTheyWere() throws IOException {
        WireReport report = check(talk(), "", OPEN);
        assertBroken(2, report);
        assertTrue(report.details().get(0).contains("bytes to 1000, acknowledged 0"));
        assertTrue(report.details().get(0).contains("service ACK seq 5001"), report.toString());
    }

    @Test
    void whatIsRepeatedIsJudgedAgain() throws IOException {
        Frames frames = talk().service(Segment.ACK, 501, -501).service(Segment.ACK, 0, 0);
        assertClean(3, check(frames, "", OPEN + reply(450_000, 1501, 1)));
        assertBroken(3, check(frames, "", OPEN));
    }

    @Test
    void piecesThatLeaveOneByOneAndInterimRepliesAreCovered() throws IOException {
        String piecewise = reply(400_000, 900, 0) + reply(450_000, 1000, 4);
        assertClean(2, check(talk(), "", OPEN + piecewise + reply(550_000, 1501, 5)));
        String interim = line(450_000, "INTERIM", 1000, 0);
        assertClean(2, check(talk(), "", OPEN + interim + reply(550_000, 1501, 1)));
    }

    @ParameterizedTest
    @CsvSource({"550000, 1", "650000, 2"})
    void afterUnprotectedEverythingMayLeave(long micros, int judged) throws IOException {
        String journal = OPEN + reply(450_000, 1000, 1) + line(micros, "INTERIM", 1000, 8) + "\n";
        Frames frames = talk().service(Segment.FIN | Segment.ACK, 0, 0);
        WireReport report = check(frames, "", journal);
        assertBroken(judged - 1, report);
        assertEquals(3, report.logged());
    }

    @ParameterizedTest
    @CsvSource({"CLOSE, 0, 1501, 0", "REPLY, 3, 1501, 0", "REPLY, 1, 1501, 1", "CLOSE, 0, 9000, 0"})
    void aFinNeedsARecordOfTheEnd(String kind, int flags, long end, int broken) throws IOException {
        Frames frames = talk().service(Segment.FIN | Segment.ACK, 0, 0);
        String replies = OPEN + reply(450_000, 1501, 1);
        WireReport report = check(frames, "", replies + line(650_000, kind, end, flags));
        assertBroken(broken, report);
        assertEquals(3, report.logged());
        assertBroken(1, check(frames, "", replies + line(750_000, "CLOSE", 1501, 0)));
        // The end lets no bytes go before which it stands.
        assertBroken(3, check(frames, "", OPEN + line(400_000, "CLOSE", 9000, 0)));
    }

    @ParameterizedTest
    @ValueSource(longs = {0xfffffa00L, 0x7ffffa00L, 0xffffffffL})
    void sequenceNumbersMayWrap(long initial) throws IOException {
        Frames frames = new Frames().numberedFrom(initial).handshake().request(100);
        frames.reply(1000).reply(1000).service(Segment.ACK, 2000, -2000);
        assertClean(3, check(frames, "", OPEN + reply(450_000, 2000, 1)));
        assertBroken(2, check(frames, "", OPEN + reply(450_000, 1999, 1)));
    }

    @Test
    void whoIsAloneNeedsNobody() throws IOException {
        assertBroken(1, check(talk(), "600000 ALONE\n", OPEN));
        assertBroken(0, check(talk(), "500000 ALONE\n", OPEN));
        assertBroken(2, check(talk(), "600001 ALONE\n", OPEN));
        assertBroken(2, check(talk(), "", OPEN + "400000 ALONE\n"));
        // Before this connection began: the pair is whole again since.
        assertBroken(2, check(talk(), "90000 ALONE\n", OPEN));
    }

    /** A backup that was stopped says what it had received when it wakes, to nobody. */
    @Test
    void whatAStoppedBackupSaysLaterIsNotForWhoIsAlone() throws IOException {
        String late = "700000 OPEN" + CLIENT + "7 0 0\n";
        assertClean(0, check(talk(), "450000 ALONE\n", late));
        assertBroken(1, check(talk(), "", late));
    }

    @Test
    void whatThePeerNeverHeardOfIsNotJudged() throws IOException {
        assertClean(0, check(talk(), "", ""));
        assertClean(0, check(talk(), OPEN, "")); // promoted: its own journal has it
        assertClean(0, check(talk(), "", "250000 OPEN 10.0.0.1:40001 7 0 0\n"));
        assertClean(0, check(talk(), "", "90000 OPEN" + CLIENT + "7 0 0\n")); // one before
    }

    @Test
    void promotedByTheOneAndThenLoggedByTheOtherAreTwoConnections() throws IOException {
        // Accepted by host 1, promoted at host 2, ended; the port is used again after the rejoin.
        Frames frames = talk().from(2).reply(300).client(Segment.RST, 0, 0);
        frames.again().handshake().request(100).reply(400);
        String journal2 = OPEN + reply(450_000, 1501, 1);
        String second = "1050000 OPEN" + CLIENT + "9 0 0\n";
        String whole = second + "1250000 REPLY" + CLIENT + "9 400 1\n";
        assertClean(3, check(frames, whole, journal2));
        assertBroken(1, check(frames, second, journal2));
    }

    @Test
    void aPortThatIsUsedAgainHasALogOfItsOwn() throws IOException {
        Frames frames = talk().client(Segment.RST, 0, 0);
        frames.again().handshake().request(100).reply(1000);
        String first = OPEN + reply(450_000, 1501, 1);
        String second = "950000 OPEN" + CLIENT + "8 0 0\n";
        String whole = second + "1150000 REPLY" + CLIENT + "8 1000 1\n";
        assertClean(3, check(frames, "", first + whole));
        assertBroken(1, check(frames, "", first + second));
        // The first one was nobody's but the sender's.
        assertClean(1, check(frames, "", whole));
    }

    @Test
    void aJournalThatLacksLinesProvesNothing() throws IOException {
        String whole = OPEN + reply(450_000, 1501, 1);
        assertClean(0, check(talk(), "", OPEN + "300000 INCOMPLETE\n"));
        assertClean(0, check(talk(), "300000 INCOMPLETE\n", OPEN));
        assertClean(0, check(talk(), "", OPEN + "300000 REP\n" + whole));
        assertClean(0, check(talk(), "", OPEN + "rubbish\n" + whole));
        // But who was killed within a line has not acknowledged what it was to say.
        assertClean(2, check(talk(), "", whole + "460000 REP\n\n470000 START\n"));
        assertClean(2, check(talk(), "", whole + "460000 REPLY 10.0"));
    }

    @Test
    void aRecordThatIsSaidTwiceIsOne() throws IOException {
        String whole = OPEN + reply(450_000, 1501, 1);
        assertClean(2, check(talk(), "", whole + "700000 OPEN" + CLIENT + "7 0 0\n"));
    }

    @Test
    void segmentsOfStrangersAndDamagedOnesAreNotJudged() throws IOException {
        assertClean(0, check(talk().from(3).reply(1), "", ""));
        Frames frames = new Frames().handshake().request(100).from(3).reply(100);
        assertClean(0, check(frames, "", OPEN));
        Frames damaged = new Frames().handshake().request(100).reply(40).damage(38);
        assertEquals(0, check(damaged, "", OPEN).logged());
    }
}
