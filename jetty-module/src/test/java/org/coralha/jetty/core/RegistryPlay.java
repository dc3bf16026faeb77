package org.coralha.jetty.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.coralha.pair.FlowKey;
import org.coralha.pair.ProtocolException;
import org.coralha.pair.fuzz.FuzzInput;

/**
 * A registry and everybody around it, played by the bytes of a fuzz input. The byte at each offset
 * of an outstream is known, so that a promotion is checked byte by byte.
 */
final class RegistryPlay {
    private static final int MEMORY_BYTES = 2048;
    private static final int SPOOL_BYTES = 4096;
    private static final int FILE_BYTES = 1024;
    private static final int INCARNATIONS = 6;
    private static final int KINDS = 4;
    private static final int PORTS = 3;
    private static final long MS = 1_000_000;

    private final MemoryBudget budget = new MemoryBudget(MEMORY_BYTES, SPOOL_BYTES);
    private final MemorySpool spool = new MemorySpool(FILE_BYTES);
    private final StandbyRegistry registry = new StandbyRegistry(budget, spool);
    private final List<StandbyFlow> sockets = new ArrayList<>();
    private final long[] ends = new long[INCARNATIONS];
    private boolean sealed;
    private long nowNanos;

    /** Plays one step and checks what holds after each. */
    void step(FuzzInput in) {
        long reign = registry.reign();
        long lsn = registry.lastLsn();
        int what = in.below(16);
        switch (what) {
            case 0, 1 -> socket(in);
            case 2 -> gone(in);
            case 3 -> registry.trim(acked(in), nowNanos);
            case 4 -> received(in);
            case 5 -> seal(in);
            case 6 -> nowNanos += in.octet() * 500L * MS;
            default -> record(in);
        }
        assertTrue(registry.reign() >= reign, "reign goes back");
        assertTrue(registry.reign() > reign || registry.lastLsn() >= lsn, "LSN goes back");
        assertWithinLimits();
    }

    /** Everything is taken back: nothing is left of any flow. */
    void end() {
        seal(new FuzzInput(new byte[0]));
        assertEquals(0, registry.acceptedCount());
        assertEquals(0, registry.unpairedCount());
        assertEquals(0, budget.usedBytes(), "memory is left");
        assertEquals(0, budget.inFilesBytes(), "spool is left");
        assertEquals(0, spool.open, "files are left");
    }

    private void assertWithinLimits() {
        assertTrue(budget.usedBytes() >= 0 && budget.usedBytes() <= MEMORY_BYTES);
        assertTrue(budget.inFilesBytes() >= 0 && budget.inFilesBytes() <= SPOOL_BYTES);
    }

    private static FlowKey key(FuzzInput in) {
        return new FlowKey(InetAddress.getLoopbackAddress(), 1 + in.below(PORTS));
    }

    private void socket(FuzzInput in) {
        FlowKey key = key(in);
        StandbyFlow flow = registry.accept(key, "socket", nowNanos);
        assertEquals(sealed, flow == null);
        if (flow != null) {
            assertEquals(key, flow.key());
            sockets.add(flow);
        }
    }

    private void gone(FuzzInput in) {
        if (!sockets.isEmpty()) {
            registry.gone(sockets.remove(in.below(sockets.size())));
        }
    }

    private void received(FuzzInput in) {
        if (!sockets.isEmpty()) {
            StandbyFlow flow = sockets.get(in.below(sockets.size()));
            byte[] bytes = new byte[in.octet()];
            assertTrue(flow.received(bytes, 0, bytes.length));
        }
    }

    private static Map<FlowKey, Long> acked(FuzzInput in) {
        Map<FlowKey, Long> acked = new HashMap<>();
        for (int i = in.below(PORTS + 1); i > 0; i--) {
            acked.put(key(in), (long) in.octet() * in.below(4));
        }
        return acked;
    }

    private void record(FuzzInput in) {
        long reign = registry.reign() + in.below(4) / 3;
        boolean next = in.below(8) != 0;
        long lsn = reign > registry.reign() ? 1 : registry.lastLsn() + 1;
        LogRecord record = record(in, reign, next ? lsn : in.octet() - 2L);
        if (record == null) {
            return;
        }
        long used = budget.usedBytes();
        int unpaired = registry.unpairedCount();
        long lastLsn = registry.lastLsn();
        long lastReign = registry.reign();
        boolean taken = registry.apply(record, nowNanos);
        assertTrue(!taken || !sealed, "a sealed log takes a record");
        if (taken) {
            assertEquals(record.reign(), registry.reign());
            assertTrue(record.lsn() <= registry.lastLsn(), "acknowledged beyond what is kept");
            long before = record.reign() == lastReign ? lastLsn : 0;
            assertTrue(registry.lastLsn() <= before + 1, "a record is missing before this one");
        } else {
            assertEquals(lastLsn, registry.lastLsn(), "a refused record changes nothing");
            assertEquals(lastReign, registry.reign(), "a refused record changes nothing");
            assertEquals(used, budget.usedBytes(), "a refused record changes nothing");
            assertEquals(unpaired, registry.unpairedCount(), "a refused record changes nothing");
        }
        if (taken && next) {
            ends[(int) record.incarnation()] = record.outstreamEnd();
        }
    }

    /** Null if the frame is refused. */
    private LogRecord record(FuzzInput in, long reign, long lsn) {
        int incarnation = in.below(INCARNATIONS);
        RecordKind kind = RecordKind.values()[in.below(KINDS)];
        int flags = in.below(LogRecord.KNOWN_FLAGS + 2);
        long start = in.below(8) == 0 ? in.number64() : ends[incarnation];
        long consumed = in.below(4) == 0 ? in.number64() : in.octet();
        byte[] frame = new byte[LinkFrames.RECORD_HEAD_BYTES + in.octet()];
        int length = frame.length - LinkFrames.RECORD_HEAD_BYTES;
        for (int i = 0; i < length; i++) {
            frame[LinkFrames.RECORD_HEAD_BYTES + i] = byteAt(start + i);
        }
        long ordinal = in.below(8) == 0 ? in.number64() : in.octet();
        LinkFrames.writeHead(
                frame, kind, flags, key(in), incarnation, ordinal, start, consumed, length);
        LinkFrames.stamp(frame, reign, lsn);
        try {
            return LinkFrames.decodeRecord(frame, 0, frame.length);
        } catch (ProtocolException e) {
            return null;
        }
    }

    private static byte byteAt(long offset) {
        return (byte) (offset * 31 ^ offset >> 8);
    }

    /** Seals, promotes every flow, takes late sockets, and opens the registry again. */
    private void seal(FuzzInput in) {
        List<StandbyFlow> flows = registry.seal();
        sealed = true;
        for (int i = in.below(3); i > 0; i--) {
            socket(in);
            record(in);
            StandbyFlow late = registry.adopt(key(in), "late");
            if (late != null) {
                promote(late, in);
            }
        }
        flows.forEach(flow -> promote(flow, in));
        registry.reopen();
        sealed = false;
        sockets.clear();
        Arrays.fill(ends, 0);
    }

    private void promote(StandbyFlow flow, FuzzInput in) {
        PromotionPlan plan = flow.promote(in.octet() * 4L - 4);
        assertTrue(plan.writeFrom() >= 0 && plan.owedBytes() >= 0, plan.toString());
        assertTrue(plan.replayFrom() >= 0 && plan.nextOrdinal() >= 0, plan.toString());
        if (plan.ending() != PromotionPlan.Ending.ABORT) {
            assertOwed(flow, plan);
        }
        assertTrue(!flow.received(new byte[1], 0, 1), "a sealed flow takes bytes");
        flow.discard();
    }

    private static void assertOwed(StandbyFlow flow, PromotionPlan plan) {
        try {
            long at = plan.writeFrom();
            while (at < plan.writeTo()) {
                List<ByteBuffer> some = flow.outstream().peek(at, plan.writeTo(), 512, 4);
                assertTrue(!some.isEmpty(), "bytes owed are not kept: " + plan);
                for (ByteBuffer bytes : some) {
                    while (bytes.hasRemaining()) {
                        assertEquals(byteAt(at++), bytes.get(), "outstream byte " + at);
                    }
                }
            }
            assertEquals(plan.writeTo(), at);
        } catch (IOException e) {
            throw new AssertionError("spooled bytes are lost", e);
        }
    }
}
