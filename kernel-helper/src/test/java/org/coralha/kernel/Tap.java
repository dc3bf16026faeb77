package org.coralha.kernel;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.coralha.kernel.jna.Namespace;
import org.coralha.kernel.jna.RawSocket;

/**
 * Writes an interface's packets to a file from {@link #begin} to {@link #end}. The last packet of
 * the file is one of its own: what went by before has been written.
 */
final class Tap implements AutoCloseable {
    private static final int LIMIT_MS = 10_000;

    /** For experiments of one's own, says IEEE 802. */
    private static final int MARK_PROTOCOL = 0x88b5;

    /** What is shown at once takes room for as much as may be kept of a packet, each. */
    private static final int BUFFER_KIB = 32_768;

    /** Longer than any test: a capture does not outlive a process of tests that was killed. */
    private static final int LIFE_SECONDS = 900;

    private static final Pattern DROPPED = Pattern.compile("(\\d+) packets? dropped by kernel");

    private final Namespace where;
    private final String device;
    private final Process process;
    private final Path said;

    private boolean kept;

    /** What has been captured. */
    final Path file;

    /**
     * Starts it.
     *
     * @param headBytes bytes to be kept of each packet
     */
    Tap(Namespace where, String device, int headBytes, String filter) throws IOException {
        this.where = where;
        this.device = device;
        file = Files.createTempFile(WireWatch.DIRECTORY, "tap", ".pcap");
        said = Files.createTempFile(WireWatch.DIRECTORY, "tap", ".txt");
        String command =
                String.format(
                        "exec timeout %d tcpdump -npUi %s --immediate-mode -Z root -B %d -s %d -w %s"
                                + " '%s or ether proto %d' > %s 2>&1",
                        LIFE_SECONDS,
                        device,
                        BUFFER_KIB,
                        headBytes,
                        file,
                        filter,
                        MARK_PROTOCOL,
                        said);
        process = where.start("sh", "-c", command);
    }

    /** Returns when packets are being captured. */
    void begin() throws IOException, InterruptedException {
        await("does not begin", () -> Files.readString(said).contains("listening"));
    }

    /**
     * Returns when what went by is in the file.
     *
     * @return packets that were lost
     */
    long end() throws IOException, InterruptedException {
        byte[] mark = UUID.randomUUID().toString().getBytes(StandardCharsets.US_ASCII);
        long before = Files.size(file);
        if (!send(mark)) {
            throw failed("cannot send its mark");
        }
        await("does not see its mark", () -> isWritten(mark, before));
        process.destroy();
        if (!process.waitFor(LIMIT_MS, TimeUnit.MILLISECONDS)) {
            throw failed("does not end");
        }
        Matcher dropped = DROPPED.matcher(Files.readString(said));
        if (!dropped.find()) {
            throw failed("does not say what it has lost");
        }
        return Long.parseLong(dropped.group(1));
    }

    /** False if the interface takes nothing at the moment. */
    private boolean send(byte[] mark) {
        return where.call(
                () -> {
                    HostInterface port = Interfaces.named(device);
                    byte[] frame = new byte[60];
                    System.arraycopy(port.mac().bytes(), 0, frame, 0, 6);
                    System.arraycopy(port.mac().bytes(), 0, frame, 6, 6);
                    frame[12] = (byte) (MARK_PROTOCOL >> 8);
                    frame[13] = (byte) MARK_PROTOCOL;
                    System.arraycopy(mark, 0, frame, 14, mark.length);
                    try (RawSocket out = RawSocket.frames(port.index(), port.name())) {
                        return out.send(frame);
                    }
                });
    }

    private boolean isWritten(byte[] mark, long from) throws IOException {
        try (RandomAccessFile in = new RandomAccessFile(file.toFile(), "r")) {
            byte[] late = new byte[(int) Math.max(0, in.length() - from)];
            in.seek(from);
            in.readFully(late);
            String text = new String(late, StandardCharsets.ISO_8859_1);
            return text.contains(new String(mark, StandardCharsets.ISO_8859_1));
        }
    }

    private interface Question {
        boolean isTrue() throws IOException;
    }

    private void await(String failure, Question question) throws IOException, InterruptedException {
        for (int i = 0; !question.isTrue(); i++) {
            if (i == LIMIT_MS / 5 || !process.isAlive()) {
                throw failed(failure);
            }
            Thread.sleep(5);
        }
    }

    private IllegalStateException failed(String what) throws IOException {
        String where = device + " of " + this.where.name();
        return new IllegalStateException(
                "tcpdump at " + where + " " + what + ": " + Files.readString(said));
    }

    /** Whether the file stays when this is closed. */
    void keep(boolean stays) {
        kept = stays;
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!kept) {
                Files.deleteIfExists(file);
            }
            Files.deleteIfExists(said);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
