package org.coralha.jetty.duplex;

import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayDeque;
import org.coralha.jetty.core.LinkFrames;
import org.coralha.jetty.core.LogRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What this host has said of the reply log, for a test that holds the packets of the service
 * against it. Each line is in the file before what it tells can have an effect:
 *
 * <pre>
 * MICROS START                                    this module begins
 * MICROS KIND ADDRESS:PORT INCARNATION END FLAGS  the record is acknowledged to the primary
 * MICROS ALONE                                    the log is given up here: what waits may leave
 * MICROS INCOMPLETE                               lines are missing
 * </pre>
 *
 * <p>MICROS is the wall clock, in microseconds since 1970; END the outstream offset after the
 * record; FLAGS the number of {@link LogRecord}. Safe from any thread. Costs nothing without the
 * file, and a file that cannot be written costs a warning.
 */
final class LogJournal {
    /** Name of the file; it is written if it exists when the module begins. */
    static final String FILE = "log-journal";

    /** The file becomes no larger than about this. */
    static final long LIMIT_BYTES = 256L << 20;

    private static final Logger LOG = LoggerFactory.getLogger(LogJournal.class);
    private static final int LINE_BYTES = 80;

    private final Path path;
    private final OutputStream out; // null: nothing is written
    private final ArrayDeque<Line> kept = new ArrayDeque<>();
    private long bytesBeforeLook;
    private boolean full;
    private boolean incomplete;

    /** A record that is kept, or about to be, and not acknowledged yet. */
    private record Line(long reign, long lsn, String text) {
        static Line of(LogRecord record) {
            String text =
                    " "
                            + record.kind()
                            + " "
                            + record.key()
                            + " "
                            + record.incarnation()
                            + " "
                            + record.outstreamEnd()
                            + " "
                            + record.flags()
                            + "\n";
            return new Line(record.reign(), record.lsn(), text);
        }

        boolean is(LogRecord record) {
            return reign == record.reign() && lsn == record.lsn();
        }
    }

    private LogJournal(Path path, OutputStream out) {
        this.path = path;
        this.out = out;
    }

    /** A journal that is not kept. */
    static LogJournal none() {
        return new LogJournal(null, null);
    }

    /** The journal in this directory; none if the directory is null or has no such file. */
    static LogJournal in(Path directory) {
        Path path = directory == null ? null : directory.resolve(FILE);
        if (path == null || !Files.exists(path)) {
            return none();
        }
        try {
            // No channel: an interrupted thread would close it.
            LogJournal journal = new LogJournal(path, new FileOutputStream(path.toFile(), true));
            journal.say("\n", "START"); // its predecessor may have been killed within a line
            return journal;
        } catch (IOException e) {
            LOG.warn("no journal of the reply log, {} cannot be opened: {}", path, e.toString());
            return none();
        }
    }

    /** Before the record is kept, since another thread may acknowledge it from then on. */
    void keeping(LogRecord record) {
        if (out != null) {
            Line line = Line.of(record);
            synchronized (kept) {
                kept.addLast(line);
            }
        }
    }

    /** The record was not kept after all. */
    void refused(LogRecord record) {
        if (out != null) {
            synchronized (kept) {
                if (!kept.isEmpty() && kept.peekLast().is(record)) {
                    kept.removeLast();
                }
            }
        }
    }

    /** Before the primary is told that all records up to this one are kept. */
    void acknowledging(LinkFrames.Ack ack) {
        if (out == null) {
            return;
        }
        synchronized (kept) {
            StringBuilder lines = new StringBuilder(LINE_BYTES);
            String now = now();
            while (!kept.isEmpty() && isCovered(kept.peekFirst(), ack)) {
                Line line = kept.removeFirst();
                if (line.reign() == ack.reign()) {
                    lines.append(now).append(line.text());
                }
            }
            write(lines);
        }
    }

    private static boolean isCovered(Line line, LinkFrames.Ack ack) {
        return line.reign() < ack.reign() || line.reign() == ack.reign() && line.lsn() <= ack.lsn();
    }

    /** Before anything leaves because its record needs no acknowledgement any more. */
    void alone() {
        say("", "ALONE");
    }

    private void say(String before, String word) {
        if (out != null) {
            synchronized (kept) {
                write(new StringBuilder(before + now() + " " + word + "\n"));
            }
        }
    }

    private static String now() {
        Instant now = Instant.now();
        return Long.toString(now.getEpochSecond() * 1_000_000 + now.getNano() / 1_000);
    }

    private void write(StringBuilder lines) {
        if (lines.isEmpty() || isFull()) {
            return;
        }
        String before = incomplete ? "\n" + now() + " INCOMPLETE\n" : "";
        byte[] bytes = (before + lines).getBytes(StandardCharsets.ISO_8859_1);
        try {
            out.write(bytes); // in one go: the reader finds whole lines
            bytesBeforeLook += bytes.length;
            incomplete = false;
        } catch (IOException e) {
            if (!incomplete) {
                LOG.warn("lines are lost to the journal {}: {}", path, e.toString());
            }
            incomplete = true;
        }
    }

    /** The reader may have emptied the file meanwhile. */
    private boolean isFull() {
        if (bytesBeforeLook < LIMIT_BYTES) {
            return false;
        }
        bytesBeforeLook = path.toFile().length();
        if (bytesBeforeLook < LIMIT_BYTES) {
            full = false;
        } else if (!full) {
            full = true;
            try {
                out.write((now() + " INCOMPLETE\n").getBytes(StandardCharsets.ISO_8859_1));
            } catch (IOException e) {
                incomplete = true;
            }
        }
        return full;
    }
}
