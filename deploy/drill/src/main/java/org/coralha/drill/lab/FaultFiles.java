package org.coralha.drill.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.coralha.wire.LogJournal;

/**
 * The files that steer the module's fault points on both hosts, and the file {@code state} in which
 * each module says what is armed there and how often it was reached.
 */
public final class FaultFiles {
    /** Directory with one directory for each host. */
    public static final Path ROOT = Path.of("/run/coral-drill-faults");

    /** The backup delays each acknowledgement; contains milliseconds. */
    public static final String ACK_DELAY = "ack-delay-ms";

    /** The primary does not send acknowledged replies. */
    public static final String HOLD_RELEASE = "hold-release";

    /** The primary does not log the ends of replies. */
    public static final String HOLD_END = "hold-end";

    /** Where each module writes down what it says of the reply log. */
    private static final String JOURNAL = "log-journal";

    private static final List<String> HOSTS = List.of("a", "b");
    private static final List<String> FILES = List.of(ACK_DELAY, HOLD_RELEASE, HOLD_END, "state");
    private static final long ARM_LIMIT_MS = 10_000;
    private static final long LOOK_MS = 10;

    /** Arms a point on both hosts; it is in force there when this returns. */
    public void arm(String point, String content) {
        for (String host : HOSTS) {
            try {
                Files.writeString(ROOT.resolve(host).resolve(point), content);
            } catch (IOException e) {
                throw new LabException("cannot arm " + point + " of host " + host, e);
            }
        }
        for (String host : HOSTS) {
            awaitReached(host, point, 0, ARM_LIMIT_MS);
        }
    }

    /** How often the point was reached on the host since it was armed; -1 if it is not armed. */
    public long reached(String host, String point) {
        return state(host).getOrDefault(point, -1L);
    }

    /** Waits until the point was reached this often on the host. */
    public void awaitReached(String host, String point, long times, long limitMs) {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(limitMs);
        while (reached(host, point) < times) {
            if (System.nanoTime() > deadline) {
                throw new LabException(
                        "fault point "
                                + point
                                + " of host "
                                + host
                                + " reached "
                                + reached(host, point)
                                + " times, not "
                                + times
                                + ", after "
                                + limitMs
                                + " ms");
            }
            Lab.pause(LOOK_MS);
        }
    }

    private static Map<String, Long> state(String host) {
        Map<String, Long> state = new HashMap<>();
        try {
            for (String line : Files.readAllLines(ROOT.resolve(host).resolve("state"))) {
                String[] words = line.split(" ", -1);
                state.put(words[0], Long.parseLong(words[1]));
            }
        } catch (IOException e) {
            return Map.of(); // not said yet
        }
        return state;
    }

    /**
     * What the host has said of the reply log since {@link #begin} was called last; empty if its
     * module has no directory for fault points.
     */
    static LogJournal journal(String host) {
        Path file = ROOT.resolve(host).resolve(JOURNAL);
        try {
            return Files.exists(file) ? LogJournal.read(file) : LogJournal.none();
        } catch (IOException e) {
            throw new LabException("cannot read " + file, e);
        }
    }

    /** Copies the journals of both hosts to {@code log-journal-a} and {@code -b} there. */
    static void keepJournals(Path target) throws IOException {
        for (String host : HOSTS) {
            Path file = ROOT.resolve(host).resolve(JOURNAL);
            if (Files.exists(file)) {
                Path kept = target.resolve(JOURNAL + "-" + host);
                Files.copy(file, kept, StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }

    /**
     * Makes the directories that the modules look into, without a fault point, and begins the
     * journals of the reply log anew.
     */
    public void begin() {
        try {
            for (String host : HOSTS) {
                Path directory = ROOT.resolve(host);
                Files.createDirectories(directory);
                // The module, an unprivileged user, answers there.
                Files.setPosixFilePermissions(
                        directory, PosixFilePermissions.fromString("rwxrwxrwx"));
                // A module that runs goes on at the end of the file, which is now its beginning.
                Path journal = Files.write(directory.resolve(JOURNAL), new byte[0]);
                Files.setPosixFilePermissions(
                        journal, PosixFilePermissions.fromString("rw-rw-rw-"));
            }
        } catch (IOException e) {
            throw new LabException("cannot make the directories in " + ROOT, e);
        }
        disarm();
    }

    /** Takes all fault points back. */
    public void disarm() {
        try {
            for (String host : HOSTS) {
                for (String file : FILES) {
                    Files.deleteIfExists(ROOT.resolve(host).resolve(file));
                }
            }
        } catch (IOException e) {
            throw new LabException("cannot disarm the fault points in " + ROOT, e);
        }
    }
}
