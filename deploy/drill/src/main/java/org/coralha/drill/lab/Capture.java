package org.coralha.drill.lab;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A tcpdump in the clients' network or another. {@link #start} returns when packets are being
 * captured, {@link #stop} when the file is whole.
 */
public final class Capture implements AutoCloseable {
    // The kernel clears the whole buffer in one go, and without preemption nothing else runs on
    // that
    // processor meanwhile: 64 MiB cost both hosts 140 ms, which the pair takes for a death.
    private static final String BUFFER_KIB = "16384";

    // What is lost cannot be judged: the capture runs before what it watches. It needs little.
    private static final String NICENESS = "-15";

    private static final long LIMIT_MS = 10_000;
    private static final long SETTLE_MS = 1300;
    private static final Pattern DROPPED = Pattern.compile("(\\d+) packets? dropped by kernel");

    private final Process process;
    private final Path file;
    private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
    private final List<String> said = new ArrayList<>();
    private boolean stopped;

    private Capture(Process process, Path file) {
        this.process = process;
        this.file = file;
        Thread reader = new Thread(this::readLines, "capture");
        reader.setDaemon(true);
        reader.start();
    }

    /**
     * Starts a capture of the service's packets.
     *
     * @param snapBytes bytes kept of each packet, 0 for all
     * @param filter pcap filter
     */
    public static Capture start(Lab lab, String device, Path file, int snapBytes, String filter) {
        return start(lab, Lab.CLIENT, device, file, snapBytes, filter);
    }

    /**
     * The same in another network.
     *
     * @param space host of the lab, or its switch
     */
    public static Capture start(
            Lab lab, String space, String device, Path file, int snapBytes, String filter) {
        return start(lab, space, device, file, snapBytes, "inout", filter);
    }

    /**
     * The same for packets of one direction.
     *
     * @param direction {@code in}, {@code out} or {@code inout}, as the device sees it
     */
    static Capture start(
            Lab lab,
            String space,
            String device,
            Path file,
            int snapBytes,
            String direction,
            String filter) {
        List<String> command =
                new ArrayList<>(List.of("nice", "-n", NICENESS, "tcpdump", "-n", "-U"));
        command.addAll(List.of("-Z", "root", "-B", BUFFER_KIB));
        command.addAll(List.of("-s", Integer.toString(snapBytes), "-i", device));
        command.addAll(List.of("-Q", direction, "-w", file.toString(), filter));
        Capture capture = new Capture(lab.start(space, command), file);
        capture.await("listening on");
        return capture;
    }

    /** The file. */
    public Path file() {
        return file;
    }

    /** Waits until every capture has what went by until now. */
    public static void settle() {
        // tcpdump gets packets in blocks that are handed over each second at the latest.
        Lab.pause(SETTLE_MS);
    }

    /**
     * Ends the capture; what is not yet {@linkplain #settle settled} may be missing.
     *
     * @return packets that the capture has lost
     */
    public long stop() {
        if (!stopped) {
            stopped = true;
            // Process.destroy would close the pipe before the last words are read.
            process.toHandle().destroy();
            await("dropped by kernel");
        }
        Matcher matcher = DROPPED.matcher(String.join("\n", said));
        if (!matcher.find()) {
            throw new LabException("tcpdump did not say what it lost: " + said);
        }
        return Long.parseLong(matcher.group(1));
    }

    private void await(String wanted) {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(LIMIT_MS);
        try {
            while (true) {
                long left = deadline - System.nanoTime();
                String line = lines.poll(Math.max(0, left), TimeUnit.NANOSECONDS);
                if (line == null) {
                    process.destroyForcibly();
                    throw new LabException("tcpdump does not say '" + wanted + "': " + said);
                }
                said.add(line);
                if (line.contains(wanted)) {
                    return;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LabException("interrupted", e);
        }
    }

    private void readLines() {
        try (BufferedReader in =
                new BufferedReader(
                        new InputStreamReader(process.getErrorStream(), StandardCharsets.UTF_8))) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                lines.add(line);
            }
        } catch (IOException e) {
            lines.add("output lost: " + e.getMessage());
        }
    }

    @Override
    public void close() {
        process.destroy();
    }
}
