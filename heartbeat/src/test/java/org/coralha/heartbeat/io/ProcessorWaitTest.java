package org.coralha.heartbeat.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What counts as a wait for a processor, on files like those of /proc and on a real process. */
@Timeout(60)
class ProcessorWaitTest {
    private static final long MS = 1_000_000;
    private static final long PROCESS = 50;

    @TempDir Path proc;

    private void thread(int id, String state, long ranMs, long waitedMs) throws IOException {
        Path thread = proc.resolve(PROCESS + "/task/" + id);
        Files.createDirectories(thread);
        Files.writeString(thread.resolve("stat"), id + " (odd) name) R) " + state + " 1 2 3");
        Files.writeString(thread.resolve("schedstat"), ranMs * MS + " " + waitedMs * MS + " 7\n");
    }

    @Test
    void theLongestWaitOfAnyThreadCounts() throws IOException {
        ProcessorWait wait = new ProcessorWait(proc);
        thread(51, "S", 10, 500);
        thread(52, "R", 20, 600);
        assertEquals(0, wait.look(PROCESS, 0), "nothing to compare with");
        thread(51, "S", 11, 530);
        thread(52, "R", 60, 640);
        assertEquals(40 * MS, wait.look(PROCESS, 100 * MS));
    }

    @Test
    void aWaitThatGoesOnCountsWhole() throws IOException {
        ProcessorWait wait = new ProcessorWait(proc);
        thread(51, "R", 10, 500);
        wait.look(PROCESS, 0);
        assertEquals(100 * MS, wait.look(PROCESS, 100 * MS));
    }

    @Test
    void aWaitThatIsCountedOnlyAtItsEndIsNotCountedTwice() throws IOException {
        ProcessorWait wait = new ProcessorWait(proc);
        thread(51, "R", 10, 500);
        wait.look(PROCESS, 0);
        wait.look(PROCESS, 100 * MS);
        thread(51, "S", 11, 790);
        assertEquals(100 * MS, wait.look(PROCESS, 200 * MS));
    }

    @Test
    void stoppedAndSleepingThreadsDoNotWait() throws IOException {
        ProcessorWait wait = new ProcessorWait(proc);
        thread(51, "T", 10, 500);
        thread(52, "S", 10, 500);
        thread(53, "D", 10, 500);
        wait.look(PROCESS, 0);
        assertEquals(0, wait.look(PROCESS, 100 * MS));
    }

    @Test
    void anotherProcessBeginsAnew() throws IOException {
        ProcessorWait wait = new ProcessorWait(proc);
        thread(51, "R", 10, 500);
        wait.look(PROCESS, 0);
        assertEquals(0, wait.look(PROCESS + 1, 100 * MS), "there is no such process");
        assertEquals(0, wait.look(PROCESS, 200 * MS));
    }

    @Test
    void looksOnlyWhileAPulseIsLate() throws IOException {
        List<Long> waits = new ArrayList<>();
        PulseWatch watch =
                new PulseWatch(1000 * MS, proc, () -> PROCESS, (id, ns) -> waits.add(ns), 0);
        thread(51, "R", 10, 500);
        for (int at = 200; at <= 600; at += 200) {
            watch.look(at * MS);
        }
        assertEquals(List.of(200 * MS, 200 * MS), waits);
        watch.pulsed(700 * MS);
        watch.look(800 * MS);
        watch.look(1000 * MS);
        assertEquals(2, waits.size(), "the first look after a pulse has nothing to compare with");
    }

    /** The kernel's own files: two endless loops on one processor wait for each other. */
    @Test
    void aStoppedProcessWaitsForNothingAndARunningOneDoes() throws Exception {
        List<String> loop = List.of("taskset", "-c", "0", "sh", "-c", "while :; do :; done");
        Process one = new ProcessBuilder(loop).start();
        Process other = new ProcessBuilder(loop).start();
        try {
            ProcessorWait wait = new ProcessorWait(Path.of("/proc"));
            wait.look(one.pid(), System.nanoTime());
            while (wait.look(one.pid(), System.nanoTime()) == 0) {
                assertTrue(one.isAlive() && other.isAlive());
            }
            new ProcessBuilder("kill", "-STOP", String.valueOf(one.pid())).start().waitFor();
            Path stat = Path.of("/proc/" + one.pid() + "/stat");
            while (!Files.readString(stat).contains(") T ")) {
                Thread.onSpinWait();
            }
            wait.look(one.pid(), System.nanoTime());
            assertEquals(0, wait.look(one.pid(), System.nanoTime()));
        } finally {
            one.destroyForcibly();
            other.destroyForcibly();
        }
    }
}
