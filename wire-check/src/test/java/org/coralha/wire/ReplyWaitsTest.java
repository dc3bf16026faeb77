package org.coralha.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Packets of these captures are 100 ms apart. */
class ReplyWaitsTest {
    @TempDir Path directory;

    private Map<Integer, List<Long>> waits(Frames frames) throws IOException {
        Path file = directory.resolve("waits.pcap");
        Files.write(file, frames.pcap(ByteOrder.LITTLE_ENDIAN, 65535));
        return ReplyWaits.in(file, Frames.SERVICE);
    }

    private static void assertWaits(Map<Integer, List<Long>> waits, Long... ms) {
        assertEquals(Map.of(Frames.CLIENT_PORT, List.of(ms)), waits);
    }

    @Test
    void eachReplyIsMeasuredByItself() throws IOException {
        Frames frames = new Frames().handshake().request(10).pause(700).reply(10).reply(90);
        assertWaits(waits(frames.request(10).reply(10)), 800L, 100L);
    }

    @Test
    void anInterimReplyAndTheFinalOneAreTwo() throws IOException {
        Frames frames = new Frames().handshake().request(10).pause(300).reply(25);
        assertWaits(waits(frames.request(4).serviceAcking(0).pause(400).reply(90)), 400L, 600L);
    }

    @Test
    void anEndInPlaceOfAReplyIsMeasured() throws IOException {
        Frames frames = new Frames().handshake().request(10).service(Segment.FIN, 0, 0);
        assertWaits(waits(frames), 100L);
    }

    @Test
    void aRequestInPiecesBeginsWithTheFirst() throws IOException {
        assertWaits(waits(new Frames().handshake().request(10).request(10).reply(5)), 200L);
    }

    @Test
    void silenceIsNoWait() throws IOException {
        Frames frames = new Frames().handshake().serviceAcking(0).client(Segment.FIN, 0, 0);
        assertEquals(Map.of(), waits(frames.service(Segment.FIN, 0, 0)));
    }

    @Test
    void connectionsAreInTheOrderOfTheirAnswers() throws IOException {
        Frames frames = new Frames().handshake().request(10).reply(5);
        frames.fromPort(1025).handshake().request(10).pause(100).reply(5);
        assertEquals(List.of(List.of(100L), List.of(200L)), List.copyOf(waits(frames).values()));
    }
}
