package org.coralha.wire;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Reader;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * What one host has said of the reply log, as its module wrote it down: what it acknowledged as the
 * backup, and when it gave the log up to serve alone. Read once, then only asked.
 */
public final class LogJournal {
    private static final int RECORD_WORDS = 6;
    private static final int END = 1;
    private static final int CLOSE_AFTER = 2;
    private static final int PIECEWISE = 4;
    private static final int UNPROTECTED = 8;

    private final Map<String, List<LoggedFlow>> byClient = new HashMap<>();
    private final TreeSet<Long> alone = new TreeSet<>();
    private boolean complete = true;
    private boolean torn; // true after a line that is none

    private LogJournal() {}

    /** Of a host that wrote nothing down. */
    public static LogJournal none() {
        return new LogJournal();
    }

    /**
     * Reads a file that may still be written.
     *
     * @throws IOException if it cannot be read
     */
    public static LogJournal read(Path file) throws IOException {
        try (Reader in = Files.newBufferedReader(file, StandardCharsets.ISO_8859_1)) {
            return read(in);
        }
    }

    /** Reads text. */
    static LogJournal of(String text) {
        try {
            return read(new StringReader(text));
        } catch (IOException e) {
            throw new IllegalStateException("a text can be read", e);
        }
    }

    private static LogJournal read(Reader in) throws IOException {
        LogJournal journal = new LogJournal();
        BufferedReader lines = new BufferedReader(in);
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            if (!line.isEmpty()) {
                journal.take(line);
            }
        }
        return journal;
    }

    private void take(String line) {
        String[] words = line.split(" ", -1);
        boolean starts = words.length == 2 && words[1].equals("START");
        // Who is killed within a line has not acknowledged what it says.
        complete &= !torn || starts;
        torn = !understood(words);
    }

    private boolean understood(String[] words) {
        try {
            long micros = Long.parseLong(words[0]);
            if (words.length == RECORD_WORDS) {
                return record(words, micros);
            }
            switch (words.length == 2 ? words[1] : "") {
                case "START" -> {}
                case "ALONE" -> alone.add(micros);
                case "INCOMPLETE" -> complete = false;
                default -> {
                    return false;
                }
            }
            return true;
        } catch (NumberFormatException e) {
            return false;
        }
    }

    private boolean record(String[] words, long micros) {
        long incarnation = Long.parseLong(words[3]);
        long end = Long.parseLong(words[4]);
        int flags = Integer.parseInt(words[5]);
        if (words[1].equals("OPEN")) {
            open(words[2], incarnation, micros);
            return true;
        }
        LoggedFlow flow = find(words[2], incarnation);
        switch (words[1]) {
            case "REPLY" -> {
                // A piece of a reply that is not whole lets nothing go.
                if (flow != null && (flags & (END | CLOSE_AFTER | PIECEWISE)) != 0) {
                    flow.covers(end, micros);
                }
                if (flow != null && (flags & CLOSE_AFTER) != 0) {
                    flow.ends(micros);
                }
            }
            case "INTERIM" -> {
                if (flow != null) {
                    flow.covers(end, micros);
                }
                if (flow != null && (flags & UNPROTECTED) != 0) {
                    flow.unprotected(micros);
                }
            }
            case "CLOSE" -> {
                if (flow != null) {
                    flow.ends(micros);
                }
            }
            default -> {
                return false;
            }
        }
        return true;
    }

    /** A record that is sent again, to a backup that did not keep it, is said again. */
    private void open(String client, long incarnation, long micros) {
        if (find(client, incarnation) == null) {
            byClient.computeIfAbsent(client, unused -> new ArrayList<>(1))
                    .add(new LoggedFlow(incarnation, micros));
        }
    }

    private LoggedFlow find(String client, long incarnation) {
        List<LoggedFlow> flows = byClient.getOrDefault(client, List.of());
        for (int i = flows.size() - 1; i >= 0; i--) {
            if (flows.get(i).is(incarnation)) {
                return flows.get(i);
            }
        }
        return null;
    }

    /** False if lines are missing: then nothing can be concluded. */
    public boolean isComplete() {
        return complete;
    }

    /** True if the host has never acknowledged, nor given up, anything. */
    public boolean isEmpty() {
        return byClient.isEmpty() && alone.isEmpty();
    }

    /** The first connection of the client that was acknowledged at this time or later, or null. */
    LoggedFlow openedFrom(String client, long micros) {
        for (LoggedFlow flow : byClient.getOrDefault(client, List.of())) {
            if (flow.openMicros() >= micros) {
                return flow;
            }
        }
        return null;
    }

    /** True if the host gave its log up within this time. */
    boolean isAloneWithin(long fromMicros, long toMicros) {
        Long first = alone.ceiling(fromMicros);
        return first != null && first <= toMicros;
    }
}
