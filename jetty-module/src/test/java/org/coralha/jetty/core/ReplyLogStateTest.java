package org.coralha.jetty.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ReplyLogStateTest {
    private static final int FRAME = LinkFrames.RECORD_HEAD_BYTES;

    private final ReplyLogState<String> log = new ReplyLogState<>(7, 3L * FRAME);

    private long append(String owner, long nowMs) {
        return log.append(new byte[FRAME], FRAME, TimeUnit.MILLISECONDS.toNanos(nowMs), owner);
    }

    private List<String> ack(long reign, long lsn) {
        return log.ack(new LinkFrames.Ack(reign, lsn));
    }

    @Test
    void acknowledgementsAreCumulativeAndTellOwnersInOrder() {
        assertEquals(1, append("a", 0));
        append(null, 0);
        append("c", 0);
        append("d", 0);
        assertEquals(List.of("a", "c"), ack(7, 3));
        assertEquals(FRAME, log.bytesOnTheWay());
        assertEquals(1, log.unacknowledged().size());
    }

    @Test
    void foreignOldAndImpossibleAcknowledgementsChangeNothing() {
        append("a", 0);
        assertEquals(List.of(), ack(6, 1));
        assertEquals(List.of(), ack(7, 2));
        assertEquals(List.of(), ack(7, -1));
        assertEquals(List.of("a"), ack(7, 1));
        assertEquals(List.of(), ack(7, 1));
    }

    @Test
    void windowFillsAndEmpties() {
        append("a", 0);
        append("b", 0);
        assertTrue(log.hasRoom());
        append("c", 0);
        assertFalse(log.hasRoom());
        ack(7, 1);
        assertTrue(log.hasRoom());
    }

    @Test
    void stallIsReportedOnceInEachLimit() {
        append("a", 0);
        append("b", 400);
        assertEquals(0, log.stall(TimeUnit.MILLISECONDS.toNanos(499), 500));
        assertEquals(500, log.stall(TimeUnit.MILLISECONDS.toNanos(500), 500));
        assertEquals(0, log.stall(TimeUnit.MILLISECONDS.toNanos(999), 500));
        assertEquals(1000, log.stall(TimeUnit.MILLISECONDS.toNanos(1000), 500));
        ack(7, 1);
        assertEquals(0, log.stall(TimeUnit.MILLISECONDS.toNanos(1100), 500));
        assertEquals(
                0, log.stall(TimeUnit.MILLISECONDS.toNanos(1599), 500), "acknowledged at 1100");
        assertEquals(500, log.stall(TimeUnit.MILLISECONDS.toNanos(1600), 500));
        ack(7, 2);
        assertEquals(0, log.oldestUnackedMs(TimeUnit.MILLISECONDS.toNanos(9000)));
    }

    @Test
    void aBackupThatIsLateButAcknowledgesIsNotStalled() {
        for (int i = 0; i < 20; i++) {
            append("a", 0);
        }
        for (int i = 1; i <= 19; i++) {
            ack(7, i);
            assertEquals(0, log.stall(TimeUnit.MILLISECONDS.toNanos(400L * i), 500));
        }
        assertEquals(500, log.stall(TimeUnit.MILLISECONDS.toNanos(400 * 19 + 500), 500));
    }
}
