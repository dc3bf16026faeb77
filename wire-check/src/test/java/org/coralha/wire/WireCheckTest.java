package org.coralha.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
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

/** Each rule is broken by one synthetic capture, and by nothing else in it. */
class WireCheckTest {
    @TempDir Path directory;

    private WireReport check(Frames frames, boolean gapless, Integer... closing)
            throws IOException {
        Path file = directory.resolve("test.pcap");
        Files.write(file, frames.pcap(ByteOrder.LITTLE_ENDIAN, 65535));
        return new WireCheck(Frames.SERVICE, Set.of(closing), gapless).check(file);
    }

    private static Frames talk() {
        return new Frames().handshake().request(100).reply(1000).reply(501);
    }

    private static void assertOnly(WireRule rule, WireReport report) {
        for (WireRule each : WireRule.values()) {
            assertEquals(each == rule ? 1 : 0, report.count(each), report.toString());
        }
    }

    @Test
    void anOrdinaryConnectionIsClean() throws IOException {
        WireReport report = check(talk().client(Segment.FIN | Segment.ACK, 0, 0), true);
        assertTrue(report.clean(), report.toString());
        assertEquals(1, report.flows());
        assertEquals(3, report.serviceSegments());
        assertEquals(0, report.unchecked());
    }

    @Test
    void aRepeatedSegmentIsClean() throws IOException {
        assertTrue(check(talk().service(Segment.ACK, 501, -501), true).clean());
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 40, 24, 60})
    void aDamagedByteIsSeen(int offset) throws IOException {
        WireReport report = check(talk().damage(offset), false);
        assertEquals(1, report.count(WireRule.CHECKSUMS_VALID), report.toString());
    }

    @Test
    void aChecksumLeftToTheCardIsCountedAndNoViolation() throws IOException {
        WireReport report = check(talk().offloaded(), true);
        assertTrue(report.clean(), report.toString());
        assertEquals(1, report.unchecked());
    }

    @Test
    void aCutPacketIsCountedAndNoViolation() throws IOException {
        Path file = directory.resolve("cut.pcap");
        Files.write(file, talk().pcap(ByteOrder.BIG_ENDIAN, 80));
        WireReport report = new WireCheck(Frames.SERVICE, Set.of(), true).check(file);
        assertTrue(report.clean(), report.toString());
        assertEquals(2, report.unchecked());
    }

    @Test
    void aResetIsSeen() throws IOException {
        assertOnly(WireRule.NO_RESET, check(talk().service(Segment.RST, 0, 0), true));
    }

    @Test
    void aResetAfterTheClientsIsAllowed() throws IOException {
        Frames frames = talk().client(Segment.RST, 0, 0).service(Segment.RST, 0, 0);
        assertTrue(check(frames, true).clean());
    }

    /** The client's acknowledgement of the end, repeated or overtaken, finds no connection. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aResetAfterBothEndsIsAllowed(boolean gapless) throws IOException {
        Frames frames = ended().client(Segment.ACK, 0, 1).service(Segment.RST, 0, 1);
        assertTrue(check(frames, gapless).clean());
    }

    @Test
    void aResetBeforeTheClientHasTheServicesEndIsSeen() throws IOException {
        Frames frames = ended().service(Segment.RST, 0, 1);
        assertOnly(WireRule.NO_RESET, check(frames, true));
    }

    @Test
    void aResetAfterOneEndIsSeen() throws IOException {
        Frames frames = talk().client(Segment.FIN | Segment.ACK, 0, 0).service(Segment.RST, 0, 0);
        WireReport report = check(frames, false);
        assertOnly(WireRule.NO_RESET, report);
        assertTrue(report.details().get(0).contains("client FIN ACK seq"), report.toString());
    }

    private static Frames ended() {
        Frames frames = talk().client(Segment.FIN | Segment.ACK, 0, 0);
        return frames.service(Segment.FIN | Segment.ACK, 0, 0).unseenReply(1);
    }

    @Test
    void aFinWithoutCauseIsSeen() throws IOException {
        Frames frames = talk().service(Segment.FIN | Segment.ACK, 0, 0);
        assertOnly(WireRule.FIN_ONLY_IF_CAUSED, check(frames, true));
    }

    /** A capture of beginnings and ends only does not know what was sent between them. */
    @ParameterizedTest
    @ValueSource(ints = {0, 100})
    void aFinWithoutCauseIsSeenInACaptureThatLeavesPacketsOut(int unseenBytes) throws IOException {
        Frames frames = new Frames().handshake();
        frames.serviceAcking(unseenBytes, Segment.FIN | Segment.ACK);
        assertOnly(WireRule.FIN_ONLY_IF_CAUSED, check(frames, false));
    }

    @Test
    void aFinThatTheApplicationCausedIsAllowed() throws IOException {
        Frames frames = talk().service(Segment.FIN | Segment.ACK, 0, 0);
        assertTrue(check(frames, true, Frames.CLIENT_PORT).clean());
    }

    @Test
    void aFinAfterTheClientsIsAllowed() throws IOException {
        Frames frames = talk().client(Segment.FIN | Segment.ACK, 0, 0);
        assertTrue(check(frames.service(Segment.FIN | Segment.ACK, 0, 0), true).clean());
    }

    @Test
    void aHoleInTheSequenceIsSeen() throws IOException {
        assertOnly(
                WireRule.SEQUENCE_WITHOUT_HOLES, check(talk().service(Segment.ACK, 100, 1), true));
    }

    @Test
    void aHoleThatTheClientAcknowledgedIsSeenAlsoIfItEndsLater() throws IOException {
        Frames frames = talk().unseenReply(10).service(Segment.ACK, 100, 0).unseenReply(100);
        frames.client(Segment.FIN | Segment.ACK, 0, 0);
        assertOnly(WireRule.SEQUENCE_WITHOUT_HOLES, check(frames, true));
        assertTrue(check(frames, false).clean(), "a capture with losses proves nothing");
    }

    @Test
    void aHoleOfTheConnectionBeforeOnTheSamePortIsSeen() throws IOException {
        Frames frames = talk().unseenReply(10).client(Segment.ACK, 0, 0);
        assertOnly(
                WireRule.SEQUENCE_WITHOUT_HOLES,
                check(frames.client(Segment.SYN, 0, 12345).timestampJumps(1), true));
    }

    @Test
    void aHoleThatTheClientLeftBehindIsAllowed() throws IOException {
        Frames frames = talk().service(Segment.ACK, 100, 1);
        assertTrue(check(frames.client(Segment.FIN | Segment.ACK, 0, 0), true).clean());
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void otherBytesUnderTheSameNumbersAreSeen(boolean gapless) throws IOException {
        Frames frames = talk().otherGeneration().service(Segment.ACK, 200, -700);
        assertOnly(WireRule.SAME_BYTES_AGAIN, check(frames, gapless));
    }

    @Test
    void theSameBytesCutInOtherPiecesAreClean() throws IOException {
        Frames frames = talk().service(Segment.ACK, 700, -701).service(Segment.ACK, 1200, -1);
        assertTrue(check(frames.service(Segment.ACK, 300, 500), true).clean());
    }

    @Test
    void aSecondChangeOfTheSenderIsSeen() throws IOException {
        Frames frames = talk().from(2).reply(10).pause(1000).from(1).service(Segment.ACK, 10, -10);
        assertOnly(WireRule.ONE_SENDER, checkAtSwitch(frames));
    }

    @Test
    void oneChangeOfTheSenderIsClean() throws IOException {
        assertTrue(checkAtSwitch(talk().from(2).reply(10).reply(10)).clean());
    }

    @Test
    void theSenderOfAConnectionIsNotThatOfThePortsLast() throws IOException {
        Frames frames = talk().again().from(2).client(Segment.SYN, 0, 0).service(Segment.ACK, 0, 0);
        WireReport report =
                checkAtSwitch(
                        frames.pause(1000)
                                .from(1)
                                .handshake()
                                .pause(1000)
                                .from(2)
                                .reply(10)
                                .reply(1));
        assertTrue(report.clean(), report.toString());
        assertEquals(0, report.strangers());
    }

    private WireReport checkAtSwitch(Frames frames) throws IOException {
        Path file = directory.resolve("switch.pcap");
        Files.write(file, frames.damage(-1).pcap(ByteOrder.LITTLE_ENDIAN, 128));
        return WireCheck.atSwitch(Frames.SERVICE, Set.of(), Set.of(), LogCheck.none()).check(file);
    }

    @Test
    void aHoleThatIsFilledLaterIsClean() throws IOException {
        Frames frames = talk().service(Segment.ACK, 100, 50).service(Segment.ACK, 50, 0);
        assertTrue(check(frames, true).clean());
    }

    @Test
    void aJumpBeyondAnyWindowIsSeen() throws IOException {
        WireReport report = check(talk().service(Segment.ACK, 100, 1 << 30), false);
        assertOnly(WireRule.SEQUENCE_WITHOUT_HOLES, report);
    }

    @Test
    void packetsThatOvertakeEachOtherAreClean() throws IOException {
        Frames frames = talk().quickly().request(9).reply(1).serviceAcking(-5);
        frames.timestampJumps(-50).reply(10);
        assertTrue(check(frames, true).clean());
    }

    @Test
    void aHoleInACaptureWithLossesProvesNothing() throws IOException {
        assertTrue(check(talk().service(Segment.ACK, 100, 1), false).clean());
    }

    @Test
    void aJumpBeforeTheStartIsSeen() throws IOException {
        assertOnly(
                WireRule.SEQUENCE_WITHOUT_HOLES,
                check(talk().service(Segment.ACK, 0, -100_000), true));
    }

    @Test
    void anAcknowledgementOfUnsentBytesIsSeen() throws IOException {
        assertOnly(WireRule.ACKNOWLEDGES_WHAT_WAS_SENT, check(talk().serviceAcking(1), true));
    }

    @Test
    void anAcknowledgementTakenBackIsSeen() throws IOException {
        assertOnly(WireRule.ACKNOWLEDGES_WHAT_WAS_SENT, check(talk().serviceAcking(-1), true));
    }

    @Test
    void aTimestampThatRunsBackwardsIsSeen() throws IOException {
        assertOnly(WireRule.TIMESTAMPS_FORWARD, check(talk().timestampJumps(-50).reply(10), true));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aPacketWithoutTheTimestampsAgreedOnIsSeen(boolean gapless) throws IOException {
        assertOnly(WireRule.TIMESTAMPS_STAY, check(talk().reply(10).unstamped(), gapless));
    }

    @Test
    void aRepeatedSynAckDoesNotEndTheAgreement() throws IOException {
        Frames frames = new Frames().handshake().service(Segment.SYN | Segment.ACK, 0, -1);
        frames.unstamped().reply(10).unstamped();
        assertOnly(WireRule.TIMESTAMPS_STAY, check(frames, true));
    }

    @Test
    void timestampsThatOneSideDoesNotHaveAreNotMissed() throws IOException {
        Frames frames = new Frames().client(Segment.SYN, 0, 0).unstamped();
        assertTrue(check(frames.handshake().reply(10).unstamped(), true).clean());
    }

    @ParameterizedTest
    @ValueSource(ints = {102, 200})
    void anEchoThatTheClientHasNotSentIsSeen(int stamp) throws IOException {
        assertOnly(WireRule.ECHOES_WHAT_WAS_SENT, check(talk().serviceEchoing(stamp), true));
        assertTrue(check(talk().serviceEchoing(stamp), false).clean(), "may be left out");
        assertTrue(check(talk().serviceEchoing(100), true).clean());
    }

    /** Of unsent bytes, below the acknowledgement, empty, turned round. */
    @ParameterizedTest
    @CsvSource({"0,1,-9,-9", "-20,-10,-60,-40", "-10,-10,-5,-4", "-5,-10,-5,-4"})
    void blocksThatNoReceiverSendsAreSeen(int left, int right, int left2, int right2)
            throws IOException {
        Frames frames = talk().serviceSacking(left, right, left2, right2);
        assertOnly(WireRule.SACKS_WHAT_WAS_SENT, check(frames, true));
    }

    /** Before the client's first byte; and a duplicate that ends beyond the acknowledgement. */
    @ParameterizedTest
    @CsvSource({"-500,-490", "-20,10"})
    void aDuplicateThatCannotBeIsSeen(int left, int right) throws IOException {
        Frames frames = talk().client(Segment.ACK, 50, 0).serviceSacking(left, right);
        assertOnly(WireRule.SACKS_WHAT_WAS_SENT, check(frames, true));
    }

    /** Bytes beyond a hole, one block and two; then the word that bytes came twice. */
    @Test
    void blocksOfWhatWasSentAreClean() throws IOException {
        Frames frames = talk().client(Segment.ACK, 50, 50).client(Segment.ACK, 50, 150);
        frames.serviceSacking(50, 100).serviceSacking(150, 200, 50, 100);
        frames.serviceSacking(-20, -10).serviceSacking(-20, -10, 50, 100);
        WireReport report = check(frames, true);
        assertTrue(report.clean(), report.toString());
    }

    @Test
    void aHostThatSpeaksBesideItsSuccessorIsSeen() throws IOException {
        Frames frames = talk().from(2).fromPort(41000).handshake().from(1).fromPort(42000);
        assertOnly(WireRule.ONE_SENDER_AT_A_TIME, checkAtSwitch(frames.handshake()));
    }

    @Test
    void aHostThatIsTheSenderAgainAfterARejoinIsClean() throws IOException {
        Frames frames = talk().from(2).fromPort(41000).handshake().pause(1000);
        WireReport report = checkAtSwitch(frames.from(1).fromPort(42000).handshake());
        assertTrue(report.clean(), report.toString());
    }

    @Test
    void aPacketThatWasOvertakenByTheSuccessorsFirstIsClean() throws IOException {
        Frames frames = talk().quickly().from(2).fromPort(41000).handshake().from(1);
        WireReport report = checkAtSwitch(frames.fromPort(42000).handshake());
        assertTrue(report.clean(), report.toString());
    }

    @Test
    void aConnectionFromBeforeTheCaptureIsOnlyCounted() throws IOException {
        Frames frames = new Frames().reply(10).service(Segment.FIN | Segment.ACK, 0, 0);
        WireReport report = check(frames, true);
        assertTrue(report.clean(), report.toString());
        assertEquals(2, report.strangers());
    }

    @Test
    void aSecondInitialSequenceIsSeen() throws IOException {
        Frames frames = new Frames().handshake().service(Segment.SYN | Segment.ACK, 0, 77);
        assertEquals(1, check(frames, true).count(WireRule.ONE_INITIAL_SEQUENCE));
    }

    @Test
    void anAnswerOfThePortsLastConnectionIsNotJudgedByTheNumbersOfTheNext() throws IOException {
        Frames frames = new Frames().client(Segment.SYN, 0, 0).timestampJumps(10_000);
        frames.service(Segment.ACK, 0, -777).timestampJumps(-10_000);
        frames.handshake().request(100).reply(1000);
        WireReport report = check(frames, true);
        assertTrue(report.clean(), report.toString());
    }

    @Test
    void aConnectionThatNobodyHasAnyMoreMayBeReset() throws IOException {
        Path file = directory.resolve("lost.pcap");
        byte[] pcap = talk().service(Segment.RST, 0, 0).pcap(ByteOrder.LITTLE_ENDIAN, 65535);
        Files.write(file, pcap);
        Set<Integer> lost = Set.of(Frames.CLIENT_PORT);
        assertTrue(new WireCheck(Frames.SERVICE, Set.of(), lost, true).check(file).clean());
        Set<Integer> other = Set.of(Frames.CLIENT_PORT + 1);
        assertOnly(
                WireRule.NO_RESET,
                new WireCheck(Frames.SERVICE, Set.of(), other, true).check(file));
    }

    @Test
    void aSynThatIsAnsweredByAResetIsSeen() throws IOException {
        Frames frames = new Frames().client(Segment.SYN, 0, 0).service(Segment.RST, 0, 0);
        assertOnly(WireRule.NO_RESET, check(frames, true));
    }

    @Test
    void aFileOfSomethingElseIsRefused() {
        ByteArrayInputStream bytes = new ByteArrayInputStream(new byte[100]);
        IOException e = assertThrows(IOException.class, () -> new PcapFile(bytes, "x"));
        assertTrue(e.getMessage().contains("no pcap file"));
    }
}
