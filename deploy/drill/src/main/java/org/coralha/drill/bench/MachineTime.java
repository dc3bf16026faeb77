package org.coralha.drill.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * Processor time that all processors of the machine have spent at work, kernel and interrupts
 * included. Network work of the kernel belongs to no process, so that processes alone would show
 * too little.
 */
public final class MachineTime {
    private static final Path STAT = Path.of("/proc/stat");
    private static final int USER = 1;
    private static final int SYSTEM = 3;
    private static final int IDLE = 4;
    private static final int WAITING = 5;
    private static final int STOLEN = 8;
    private static final int INTERRUPTS = 6;
    private static final int SOFT_INTERRUPTS = 7;

    /** /proc/stat counts in hundredths of a second on every architecture. */
    private static final long TICK_MICROS = TimeUnit.MILLISECONDS.toMicros(10);

    private MachineTime() {}

    /** Microseconds at work since the machine started. */
    static long busyMicros() throws IOException {
        return busyMicros(Files.readString(STAT));
    }

    static long busyMicros(String stat) {
        String[] words = stat.substring(0, stat.indexOf('\n')).split(" +", -1);
        long ticks = 0;
        for (int i = USER; i <= SYSTEM; i++) {
            ticks += Long.parseLong(words[i]);
        }
        ticks += Long.parseLong(words[INTERRUPTS]) + Long.parseLong(words[SOFT_INTERRUPTS]);
        return ticks * TICK_MICROS;
    }

    /**
     * Runs the work.
     *
     * @return share of the processors' time that nobody wanted meanwhile, 0 to 1
     */
    public static double idleShare(Runnable work) {
        String before = stat();
        work.run();
        return idleShare(before, stat());
    }

    private static String stat() {
        try {
            return Files.readString(STAT);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + STAT, e);
        }
    }

    static double idleShare(String before, String after) {
        long idle = ticks(after, IDLE, WAITING) - ticks(before, IDLE, WAITING);
        long all = ticks(after, USER, STOLEN) - ticks(before, USER, STOLEN);
        return all == 0 ? 0 : (double) idle / all;
    }

    private static long ticks(String stat, int first, int last) {
        String[] words = stat.substring(0, stat.indexOf('\n')).split(" +", -1);
        long ticks = 0;
        for (int i = first; i <= last; i++) {
            ticks += Long.parseLong(words[i]);
        }
        return ticks;
    }
}
