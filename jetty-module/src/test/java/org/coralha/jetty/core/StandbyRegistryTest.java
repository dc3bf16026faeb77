package org.coralha.jetty.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class StandbyRegistryTest {
    private final MemoryBudget budget = new MemoryBudget(1 << 20, Long.MAX_VALUE);
    private final StandbyRegistry registry = new StandbyRegistry(budget, Records.NO_SPOOL);
    private final Records records = new Records(3);

    private static long ms(long ms) {
        return TimeUnit.MILLISECONDS.toNanos(ms);
    }

    private LogRecord reply(long incarnation, long start, int length, int flags) {
        return records.next(
                RecordKind.REPLY, flags, Records.KEY, incarnation, 0, start, 10, new byte[length]);
    }

    @Test
    void acceptsAndOpensArePairedInOrderWhicheverComesFirst() {
        StandbyFlow first = registry.accept(Records.KEY, "s1", 0);
        assertTrue(registry.apply(records.open(Records.KEY, 11), 0));
        assertTrue(registry.apply(records.open(Records.KEY, 12), 0));
        assertEquals(1, registry.unpairedCount());
        StandbyFlow second = registry.accept(Records.KEY, "s2", 0);
        assertNotSame(first, second);
        assertEquals(11, first.incarnation());
        assertEquals(12, second.incarnation());
        assertEquals("s2", second.connection());
        assertEquals(0, registry.unpairedCount());
    }

    @Test
    void socketThatDiedBeforeItsOpenDoesNotTakeTheNextOne() {
        StandbyFlow dead = registry.accept(Records.KEY, "dead", 0);
        registry.gone(dead);
        StandbyFlow next = registry.accept(Records.KEY, "next", 0);
        registry.apply(records.open(Records.KEY, 21), 0);
        registry.apply(records.open(Records.KEY, 22), 0);
        assertEquals(22, next.incarnation());
    }

    @Test
    void onlyConsecutiveRecordsAreAcknowledged() {
        LogRecord one = records.open(Records.KEY, 1);
        LogRecord two = reply(1, 0, 5, LogRecord.END);
        assertFalse(registry.apply(two, 0));
        assertTrue(registry.apply(one, 0));
        assertTrue(registry.apply(two, 0));
        assertTrue(registry.apply(two, 0), "a repeated record is acknowledged again");
        assertEquals(2, registry.lastLsn());
        assertFalse(registry.apply(new Records(2).open(Records.KEY, 5), 0), "an older reign");
        assertTrue(registry.apply(new Records(5).open(Records.KEY, 5), 0));
        assertEquals(5, registry.reign());
        assertEquals(1, registry.lastLsn());
    }

    @Test
    void acknowledgedBytesAreDroppedAndTheEndClosesTheSocket() {
        StandbyFlow flow = registry.accept(Records.KEY, "s", 0);
        registry.apply(records.open(Records.KEY, 1), 0);
        registry.apply(reply(1, 0, 100, LogRecord.END), 0);
        registry.apply(reply(1, 100, 50, LogRecord.END | LogRecord.CLOSE_AFTER), 0);
        assertEquals(150 + 2 * ByteQueue.PIECE_COST_BYTES, budget.usedBytes());
        assertEquals(List.of(), registry.trim(Map.of(Records.KEY, 100L), 0));
        assertEquals(50 + ByteQueue.PIECE_COST_BYTES, budget.usedBytes());
        assertEquals(List.of(), registry.trim(Map.of(Records.KEY, 150L), 0));
        assertEquals(
                List.of(), registry.trim(Map.of(Records.KEY, 151L), 0), "it may repeat itself");
        flow.instreamOver();
        assertEquals(List.of(flow), registry.trim(Map.of(Records.KEY, 151L), 0));
        registry.gone(flow);
        assertEquals(0, registry.acceptedCount());
    }

    @Test
    void nothingIsKeptOfFlowsWhoseSocketsCannotCome() {
        registry.awaitSockets(false);
        assertTrue(registry.apply(records.open(Records.KEY, 1), 0), "acknowledged, not kept");
        assertTrue(registry.apply(reply(1, 0, 100, LogRecord.END), 0));
        assertEquals(0, registry.unpairedCount());
        assertEquals(0, budget.usedBytes());
        registry.seal();
        assertNull(registry.adopt(Records.KEY, "the next connection of that port"));
    }

    @Test
    void silentClientOfAnEndedFlowIsGivenUp() {
        StandbyFlow flow = registry.accept(Records.KEY, "s", 0);
        registry.apply(records.open(Records.KEY, 1), 0);
        registry.apply(reply(1, 0, 100, LogRecord.END | LogRecord.CLOSE_AFTER), 0);
        assertEquals(List.of(), registry.trim(Map.of(), ms(59_000)));
        assertEquals(List.of(flow), registry.trim(Map.of(), ms(61_000)));
    }

    @Test
    void flowUnknownToTheDataPlaneIsNotKeptForASocketThatNeverComes() {
        registry.apply(records.open(Records.KEY, 1), 0);
        registry.apply(reply(1, 0, 100, LogRecord.END), 0);
        registry.trim(Map.of(Records.KEY, 0L), ms(2_000));
        assertEquals(1, registry.unpairedCount());
        registry.trim(Map.of(), ms(900));
        assertEquals(1, registry.unpairedCount());
        registry.trim(Map.of(), ms(1_100));
        assertEquals(0, registry.unpairedCount());
        assertEquals(0, budget.usedBytes());
        assertEquals(1, registry.droppedFlows());
        assertTrue(registry.apply(reply(1, 100, 7, LogRecord.END), 0), "acknowledged, not kept");
        assertEquals(1, registry.ignoredRecords());
        assertEquals(0, budget.usedBytes());
    }

    @Test
    void unpairedFlowsAreBoundedInCount() {
        for (int i = 0; i <= StandbyRegistry.UNPAIRED_LIMIT; i++) {
            registry.apply(records.open(Records.KEY, i + 1), 0);
        }
        registry.trim(Map.of(Records.KEY, 0L), 0);
        assertTrue(registry.unpairedCount() <= StandbyRegistry.UNPAIRED_LIMIT);
    }

    @Test
    void unpairedFlowsAreBoundedInBytes() {
        StandbyRegistry large =
                new StandbyRegistry(
                        new MemoryBudget(Long.MAX_VALUE, Long.MAX_VALUE), Records.NO_SPOOL);
        large.apply(records.open(Records.KEY, 1), 0);
        int piece = LinkFrames.PAYLOAD_LIMIT_BYTES;
        for (long at = 0; at <= StandbyRegistry.UNPAIRED_LIMIT_BYTES; at += piece) {
            large.apply(reply(1, at, piece, 0), 0);
        }
        large.apply(records.open(Records.KEY, 2), 0);
        large.apply(reply(2, 0, 100, LogRecord.END), 0);
        large.trim(Map.of(Records.KEY, 0L), 0);
        assertEquals(1, large.brokenFlows());
        assertTrue(large.lastBreak().contains("too much was logged"), large.lastBreak());
        StandbyFlow late = large.accept(Records.KEY, "late", 0);
        assertEquals(0, late.keptBytes());
        assertEquals(100, large.accept(Records.KEY, "other", 0).keptBytes(), "others are kept");
        assertEquals(PromotionPlan.Ending.ABORT, late.promote(0).ending());
    }

    @Test
    void sealedLogTakesNothingAndKeepsUnpairedFlowsForLateSockets() {
        StandbyFlow flow = registry.accept(Records.KEY, "s", 0);
        registry.apply(records.open(Records.KEY, 1), 0);
        registry.apply(records.open(Records.KEY, 2), 0);
        assertEquals(List.of(flow), registry.seal());
        assertFalse(registry.apply(reply(2, 0, 5, LogRecord.END), 0));
        assertNull(registry.accept(Records.KEY, "late", 0));
        StandbyFlow late = registry.adopt(Records.KEY, "late");
        assertEquals(2, late.incarnation());
        assertSame("late", late.connection());
        assertNull(registry.adopt(Records.KEY, "new"));
    }

    @Test
    void reopenedRegistryKeepsNothingOfTheOldReign() {
        StandbyFlow old = registry.accept(Records.KEY, "old", 0);
        registry.apply(records.open(Records.KEY, 1), 0);
        registry.apply(records.open(Records.KEY, 2), 0);
        registry.seal();
        registry.reopen();
        registry.gone(old);
        Records later = new Records(9);
        StandbyFlow flow = registry.accept(Records.KEY, "new", 0);
        assertTrue(registry.apply(later.open(Records.KEY, 5), 0));
        assertEquals(5, flow.incarnation());
        assertEquals(1, registry.acceptedCount());
        assertEquals(0, registry.unpairedCount());
    }

    @Test
    void abortedReplyIsDroppedAtItsClose() {
        StandbyFlow flow = registry.accept(Records.KEY, "s", 0);
        registry.apply(records.open(Records.KEY, 1), 0);
        registry.apply(reply(1, 0, 100, LogRecord.END), 0);
        registry.apply(reply(1, 100, 40, 0), 0);
        registry.apply(
                records.next(RecordKind.CLOSE, 0, Records.KEY, 1, 1, 140, 0, new byte[0]), 0);
        PromotionPlan plan = flow.promote(20);
        assertEquals(100, plan.writeTo());
        assertEquals(PromotionPlan.Ending.CLOSE, plan.ending());
    }

    @Test
    void gapInTheOutstreamBreaksTheFlowNotTheLog() {
        StandbyFlow flow = registry.accept(Records.KEY, "s", 0);
        registry.apply(records.open(Records.KEY, 1), 0);
        assertTrue(registry.apply(reply(1, 5, 10, LogRecord.END), 0));
        assertEquals(PromotionPlan.Ending.ABORT, flow.promote(0).ending());
    }

    @Test
    void aSocketOfWhichThePrimaryNeverSpokeIsClosedAfterItsClientsEnd() {
        StandbyFlow flow = registry.accept(Records.KEY, "s", 0);
        long late = ms(StandbyRegistry.UNPAIRED_AGE_MS + 1);
        assertEquals(List.of(), registry.trim(Map.of(), late), "its client may still be there");
        flow.instreamOver();
        assertEquals(List.of(), registry.trim(Map.of(), late - ms(2)), "OPEN may be on the way");
        assertEquals(List.of(flow), registry.trim(Map.of(), late));
        registry.gone(flow);
        registry.trim(Map.of(), late);
        registry.accept(Records.KEY, "next", late);
        registry.apply(records.open(Records.KEY, 31), late);
        assertEquals(1, registry.acceptedCount());
        assertEquals(
                0, registry.unpairedCount(), "the next OPEN of that key finds the next socket");
    }

    @Test
    void aSocketOfWhichThePrimaryNeverSpokeIsNotKeptForEver() {
        StandbyFlow flow = registry.accept(Records.KEY, "s", 0);
        long late = ms(StandbyRegistry.UNSPOKEN_AGE_MS + 1);
        assertEquals(List.of(), registry.trim(Map.of(), late - ms(1)));
        assertEquals(List.of(flow), registry.trim(Map.of(), late));
    }

    @Test
    void onlySoManySocketsOfWhichThePrimaryNeverSpokeAreKept() {
        long late = ms(StandbyRegistry.UNPAIRED_AGE_MS + 1);
        for (int i = 0; i < StandbyRegistry.UNSPOKEN_LIMIT; i++) {
            registry.accept(Records.KEY, i, 0);
        }
        assertEquals(List.of(), registry.trim(Map.of(), late), "as many as may be");
        StandbyFlow young = registry.accept(Records.KEY, "one more", late);
        List<StandbyFlow> over = registry.trim(Map.of(), late);
        assertEquals(StandbyRegistry.UNSPOKEN_LIMIT, over.size(), "all that are overdue");
        assertFalse(over.contains(young));
    }

    @Test
    void anEndedFlowWhoseClientIsSilentIsKeptTwiceAsLongAsConfigured() {
        StandbyRegistry brief = new StandbyRegistry(budget, Records.NO_SPOOL, 1_000);
        StandbyFlow flow = brief.accept(Records.KEY, "s", 0);
        brief.apply(records.open(Records.KEY, 1), 0);
        brief.apply(reply(1, 0, 5, LogRecord.END | LogRecord.CLOSE_AFTER), 0);
        assertEquals(List.of(), brief.trim(Map.of(), ms(2_000)));
        assertEquals(List.of(flow), brief.trim(Map.of(), ms(2_001)));
    }
}
