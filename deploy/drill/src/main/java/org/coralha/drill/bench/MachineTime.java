package org.coralha.drill.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * Processor time that all processors of the machine have spent at work, kernel and interrupts
 * included. Network work of the kernel belongs to no process, so that processes alone would show
 * too little.
 */
final class MachineTime {
    private static final Path STAT = Path.of("/proc/stat");
    private static final int USER = 1;
    private static final int SYSTEM = 3;
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
}
