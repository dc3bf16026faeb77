package org.coralha.jetty.core;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.coralha.jetty.core.PromotionPlan.Ending;
import org.coralha.jetty.core.PromotionPlan.Facts;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PromotionPlanTest {
    private static Facts facts(boolean piecewise, boolean ended, String broken) {
        return new Facts(100, 500, 300, piecewise, 77, 4, 1, ended, broken);
    }

    @Test
    void ordinaryFlowWritesWholeRepliesAndServes() {
        PromotionPlan plan = PromotionPlan.of(facts(false, false, null), 150);
        assertEquals(new PromotionPlan(150, 300, 77, 4, 1, Ending.SERVE, ""), plan);
        assertEquals(150, plan.owedBytes());
    }

    @Test
    void endedFlowIsClosedAfterItsBytes() {
        assertEquals(Ending.CLOSE, PromotionPlan.of(facts(false, true, null), 300).ending());
        assertEquals(Ending.OVER, PromotionPlan.of(facts(false, true, null), 301).ending());
        assertEquals(0, PromotionPlan.of(facts(false, true, null), 301).owedBytes());
    }

    @Test
    void piecewiseReplyIsWrittenAsFarAsLoggedAndClosed() {
        PromotionPlan plan = PromotionPlan.of(facts(true, false, null), 450);
        assertEquals(500, plan.writeTo());
        assertEquals(Ending.CLOSE, plan.ending());
    }

    @Test
    void contradictionsCutTheFlow() {
        assertEquals(Ending.ABORT, PromotionPlan.of(facts(false, false, null), 301).ending());
        assertEquals(Ending.ABORT, PromotionPlan.of(facts(false, true, null), 302).ending());
        assertEquals(Ending.ABORT, PromotionPlan.of(facts(false, false, null), 99).ending());
        PromotionPlan broken = PromotionPlan.of(facts(false, false, "disk full"), 150);
        assertEquals(Ending.ABORT, broken.ending());
        assertEquals("disk full", broken.problem());
    }

    /** A session with random requests and replies, as the primary logs it. */
    private static final class Session {
        final Random random;
        final List<LogRecord> log = new ArrayList<>();
        final ByteArrayOutputStream in = new ByteArrayOutputStream();
        final ByteArrayOutputStream out = new ByteArrayOutputStream();
        final List<Integer> requestStarts = new ArrayList<>();
        final Records records = new Records(7);

        Session(long seed) throws IOException {
            random = new Random(seed);
            log.add(records.open(Records.KEY, 1));
            int requests = 1 + random.nextInt(5);
            for (int i = 0; i < requests; i++) {
                request(i, i == requests - 1 && random.nextBoolean());
            }
        }

        private void request(int ordinal, boolean last) throws IOException {
            requestStarts.add(in.size());
            in.write(bytes(1 + random.nextInt(200)));
            if (random.nextInt(4) == 0) {
                add(RecordKind.INTERIM, 0, ordinal, bytes(25));
            }
            int pieces = random.nextInt(4);
            for (int i = 0; i < pieces; i++) {
                add(RecordKind.REPLY, 0, ordinal, bytes(1 + random.nextInt(300)));
            }
            int flags = LogRecord.END | (last ? LogRecord.CLOSE_AFTER : 0);
            add(RecordKind.REPLY, flags, ordinal, bytes(random.nextInt(100)));
        }

        private byte[] bytes(int count) {
            byte[] bytes = new byte[count];
            random.nextBytes(bytes);
            return bytes;
        }

        private void add(RecordKind kind, int flags, int ordinal, byte[] payload)
                throws IOException {
            log.add(
                    records.next(
                            kind, flags, Records.KEY, 1, ordinal, out.size(), in.size(), payload));
            out.write(payload);
        }
    }

    /**
     * Whatever was acknowledged and wherever the primary died: what the client has, what is written
     * and what re-execution would add make up the outstream, and each request is answered once.
     */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
    void outstreamIsExactAtEveryCut(int seed) throws IOException {
        Session session = new Session(seed);
        byte[] original = session.out.toByteArray();
        for (int cut = 0; cut <= session.log.size(); cut++) {
            long firm = firmEnd(session.log.subList(0, cut));
            for (long acked = 0; acked <= firm; acked += 1 + acked / 7) {
                check(session, cut, acked, firm, original);
            }
        }
    }

    private static long firmEnd(List<LogRecord> kept) {
        long firm = 0;
        for (LogRecord record : kept) {
            if (record.kind() == RecordKind.INTERIM || record.has(LogRecord.END)) {
                firm = record.outstreamEnd();
            }
        }
        return firm;
    }

    private static void check(Session session, int cut, long acked, long firm, byte[] original)
            throws IOException {
        StandbyRegistry registry =
                new StandbyRegistry(new MemoryBudget(1 << 20, Long.MAX_VALUE), Records.NO_SPOOL);
        StandbyFlow flow = registry.accept(Records.KEY, "socket", 0);
        int read = session.random.nextInt(session.in.size() + 1);
        flow.received(session.in.toByteArray(), 0, read);
        long answered = 0;
        boolean closing = false;
        for (LogRecord record : session.log.subList(0, cut)) {
            assertTrue(registry.apply(record, 0));
            if (record.has(LogRecord.END)) {
                answered = record.ordinal() + 1;
                closing = record.has(LogRecord.CLOSE_AFTER);
            }
        }
        PromotionPlan plan = flow.promote(acked);
        assertEquals(firm, plan.writeTo());
        assertEquals(closing ? Ending.CLOSE : Ending.SERVE, plan.ending());
        assertEquals(answered, plan.nextOrdinal());
        assertArrayEquals(
                java.util.Arrays.copyOfRange(original, (int) acked, (int) firm),
                drain(flow.outstream(), plan.writeFrom(), plan.writeTo()));
        long replayFrom =
                answered == 0
                        ? 0
                        : answered < session.requestStarts.size()
                                ? session.requestStarts.get((int) answered)
                                : session.in.size();
        assertEquals(replayFrom, plan.replayFrom());
        if (replayFrom <= read) {
            assertArrayEquals(
                    java.util.Arrays.copyOfRange(session.in.toByteArray(), (int) replayFrom, read),
                    drain(flow.instream(), plan.replayFrom(), read));
        }
        assertFalse(flow.received(new byte[1], 0, 1), "sealed");
    }

    private static byte[] drain(ByteQueue queue, long from, long to) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        long at = from;
        while (at < to) {
            for (ByteBuffer buffer : queue.peek(at, to, 64, 3)) {
                byte[] bytes = new byte[buffer.remaining()];
                buffer.get(bytes);
                all.write(bytes);
                at += bytes.length;
            }
        }
        return all.toByteArray();
    }
}
