package org.coralha.jetty.core;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;
import org.coralha.jetty.io.spool.SpoolDirectory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ByteQueueTest {
    @TempDir Path directory;

    private static byte[] read(ByteQueue queue, long from, long to) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        long at = from;
        while (at < to) {
            for (ByteBuffer buffer : queue.peek(at, to, 1000, 4)) {
                byte[] bytes = new byte[buffer.remaining()];
                buffer.get(bytes);
                all.write(bytes);
                at += bytes.length;
            }
        }
        return all.toByteArray();
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 700, 5_000, 1L << 30})
    void bytesComeBackWhateverPartIsSpooled(long limitBytes) throws IOException {
        Random random = new Random(limitBytes);
        MemoryBudget budget = new MemoryBudget(limitBytes, Long.MAX_VALUE);
        ByteArrayOutputStream model = new ByteArrayOutputStream();
        ByteQueue queue = new ByteQueue(0, budget, SpoolDirectory.open(directory));
        long start = 0;
        for (int i = 0; i < 500; i++) {
            byte[] bytes = new byte[1 + random.nextInt(300)];
            random.nextBytes(bytes);
            queue.append(bytes, 0, bytes.length);
            model.write(bytes);
            if (random.nextInt(3) == 0) {
                start += random.nextInt((int) (queue.end() - start) + 1);
                queue.trimTo(start);
            }
            if (random.nextInt(10) == 0) {
                long end = start + random.nextInt((int) (queue.end() - start) + 1);
                queue.truncateTo(end);
                byte[] kept = Arrays.copyOf(model.toByteArray(), (int) end);
                model.reset();
                model.write(kept);
            }
            assertEquals(model.size(), queue.end());
            assertArrayEquals(
                    Arrays.copyOfRange(model.toByteArray(), (int) start, model.size()),
                    read(queue, start, queue.end()));
        }
        queue.close();
        assertEquals(0, budget.usedBytes());
        try (Stream<Path> files = Files.list(directory)) {
            assertEquals(0, files.count());
        }
    }

    @Test
    void startBeyondTheEndDropsWhatComesUpToIt() throws IOException {
        ByteQueue queue =
                new ByteQueue(0, new MemoryBudget(1000, Long.MAX_VALUE), Records.NO_SPOOL);
        queue.append(new byte[] {0, 1}, 0, 2);
        queue.trimTo(5);
        queue.append(new byte[] {2, 3}, 0, 2);
        queue.append(new byte[] {4, 5, 6}, 0, 3);
        assertEquals(7, queue.end());
        assertArrayEquals(new byte[] {5, 6}, read(queue, 5, 7));
    }

    @Test
    void tinyPiecesCountForWhatTheyCost() throws IOException {
        MemoryBudget budget = new MemoryBudget(10_000, Long.MAX_VALUE);
        ByteQueue queue = new ByteQueue(0, budget, SpoolDirectory.open(directory));
        for (int i = 0; i < 10_000; i++) {
            queue.append(new byte[] {(byte) i}, 0, 1);
        }
        assertEquals(10_000, queue.size());
        assertEquals(153 * (1 + ByteQueue.PIECE_COST_BYTES), budget.usedBytes());
        assertEquals((byte) 9_999, read(queue, 9_999, 10_000)[0]);
        queue.close();
    }

    @Test
    void spoolFilesHoldNoMoreThanTheirLimit() throws IOException {
        MemoryBudget budget = new MemoryBudget(0, 100);
        ByteQueue first = new ByteQueue(0, budget, SpoolDirectory.open(directory));
        ByteQueue second = new ByteQueue(0, budget, SpoolDirectory.open(directory));
        first.append(new byte[60], 0, 60);
        assertThrows(IOException.class, () -> second.append(new byte[41], 0, 41));
        assertEquals(60, budget.inFilesBytes());
        second.append(new byte[40], 0, 40);
        first.trimTo(60);
        assertEquals(40, budget.inFilesBytes());
        second.close();
        first.close();
        assertEquals(0, budget.inFilesBytes());
    }

    @Test
    void fullDiskLeavesTheQueueAsItWas() throws IOException {
        MemoryBudget budget = new MemoryBudget(3 + ByteQueue.PIECE_COST_BYTES, 3);
        ByteQueue queue = new ByteQueue(0, budget, Records.NO_SPOOL);
        queue.append(new byte[3], 0, 3);
        assertThrows(IOException.class, () -> queue.append(new byte[1], 0, 1));
        assertEquals(3, queue.end());
        assertEquals(3 + ByteQueue.PIECE_COST_BYTES, budget.usedBytes());
    }
}
