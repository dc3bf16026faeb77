package org.coralha.drill.soak;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.coralha.drill.json.Json;
import org.coralha.drill.lab.LabException;

/**
 * The repetitions that were run, one line each, in a file that outlives the process: a soak that
 * was killed goes on after the last whole line. The file is kept beside the report under version
 * control, so that a whole soak can be put together from several machines, days and commits. One
 * thread.
 */
final class SoakJournal {
    private final Path file;
    private final List<Entry> entries = new ArrayList<>();

    /**
     * @param name of the case
     * @param index number of the repetition, {@link #AFTERWARDS} for the check after the last
     * @param at date and time, ISO
     * @param commit what was tested
     * @param result what was seen
     */
    record Entry(String name, int index, String at, String commit, RunResult result) {}

    /** Index of the check after the last repetition. */
    static final int AFTERWARDS = -1;

    /**
     * @param fresh true to forget what is in the file
     * @throws LabException if the file cannot be read
     */
    SoakJournal(Path file, boolean fresh) {
        this.file = file;
        try {
            Files.createDirectories(file.getParent());
            if (fresh) {
                Files.deleteIfExists(file);
            }
            if (Files.exists(file)) {
                Files.readAllLines(file).stream()
                        .filter(line -> !line.isBlank())
                        .forEach(this::read);
            }
        } catch (IOException e) {
            throw new LabException("cannot read the soak's journal " + file, e);
        }
    }

    /** A line that was being written when the soak was killed is no repetition. */
    private void read(String line) {
        try {
            Json json = Json.parse(line);
            Entry entry =
                    new Entry(
                            json.get("case").text(),
                            (int) json.get("index").number(),
                            json.get("at").text(),
                            json.get("commit").text(),
                            RunResult.from(json.get("result")));
            // Two copies that were merged may hold the same line twice.
            if (!entries.contains(entry)) {
                entries.add(entry);
            }
        } catch (IllegalArgumentException | IllegalStateException e) {
            System.err.println("a line of " + file + " is not whole and is left out: " + line);
        }
    }

    /** Number of the repetition that is due next. */
    int next(String name) {
        return of(name).stream().mapToInt(Entry::index).max().orElse(-1) + 1;
    }

    /** What was seen of a case so far. */
    List<Entry> of(String name) {
        return entries.stream().filter(entry -> entry.name().equals(name)).toList();
    }

    /**
     * Adds a line; it is in the file when this returns.
     *
     * @throws LabException if it cannot be written
     */
    void add(Entry entry) {
        entries.add(entry);
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("case", entry.name());
        line.put("index", entry.index());
        line.put("at", entry.at());
        line.put("commit", entry.commit());
        line.put("result", entry.result().toMap());
        try {
            Files.writeString(
                    file,
                    unfinishedLineEnd() + Json.write(line) + "\n",
                    StandardCharsets.UTF_8,
                    StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new LabException("cannot write the soak's journal " + file, e);
        }
    }

    /** A line end if the file lacks one: what a killed soak left behind stays a line of its own. */
    private String unfinishedLineEnd() throws IOException {
        if (!Files.exists(file) || Files.size(file) == 0) {
            return "";
        }
        try (RandomAccessFile end = new RandomAccessFile(file.toFile(), "r")) {
            end.seek(end.length() - 1);
            return end.read() == '\n' ? "" : "\n";
        }
    }
}
