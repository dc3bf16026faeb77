package org.coralha.drill.soak;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A soak that was killed goes on where it was, and its report holds what was measured. */
class SoakJournalTest {
    private static final RunResult GOOD = new RunResult("cable", 120, 0, 0, 0, 0, 90.5, "");
    private static final RunResult BAD = new RunResult("kill", 100, 1, 2, 3, 4, -1, "a \"hole\"");

    @TempDir Path directory;

    /** A case that is only named. */
    private record Named(String name) implements SoakCase {
        @Override
        public String title() {
            return "Title of " + name;
        }

        @Override
        public int runs() {
            return 50;
        }

        @Override
        public RunResult run(LabSession session, int index) {
            throw new UnsupportedOperationException("not run here");
        }
    }

    private Path file() {
        return directory.resolve("soak/journal.jsonl");
    }

    private static SoakJournal.Entry entry(String name, int index, RunResult result) {
        return new SoakJournal.Entry(name, index, "2030-01-02 03:04", "abc", result);
    }

    private SoakJournal written() {
        SoakJournal journal = new SoakJournal(file(), false);
        journal.add(entry("one", 0, GOOD));
        journal.add(entry("one", 1, BAD));
        journal.add(entry("two", 0, GOOD));
        return journal;
    }

    @Test
    void goesOnAfterTheLastRepetition() {
        written();
        SoakJournal again = new SoakJournal(file(), false);
        assertEquals(2, again.next("one"));
        assertEquals(1, again.next("two"));
        assertEquals(0, again.next("three"));
        assertEquals(GOOD, again.of("one").get(0).result());
        assertEquals(BAD, again.of("one").get(1).result());
    }

    @Test
    void aLineThatWasBeingWrittenIsNoRepetition() throws IOException {
        written();
        Files.writeString(file(), "{\"case\":\"one\",\"ind", StandardOpenOption.APPEND);
        SoakJournal again = new SoakJournal(file(), false);
        assertEquals(2, again.next("one"));
        again.add(entry("one", 2, GOOD));
        assertEquals(3, new SoakJournal(file(), false).next("one"));
    }

    @Test
    void linesOfTwoCopiesCountOnce() throws IOException {
        written();
        Files.write(file(), Files.readAllLines(file()), StandardOpenOption.APPEND);
        assertEquals(2, new SoakJournal(file(), false).of("one").size());
    }

    @Test
    void runsAtSeveralCommitsAreShownAsSuch() {
        SoakJournal journal = written();
        journal.add(new SoakJournal.Entry("one", 2, "2030-01-03 03:04", "def+", GOOD));
        String page = SoakReport.page(List.of(new Named("one")), journal);
        assertTrue(page.contains("| 2 x abc, 1 x def+ | 2030-01-03 03:04 |"), page);
    }

    @Test
    void freshForgets() {
        written();
        assertEquals(0, new SoakJournal(file(), true).next("one"));
    }

    @Test
    void theCheckAfterwardsIsNoRepetition() {
        SoakJournal journal = written();
        RunResult result = RunResult.broken("afterwards", "grown");
        journal.add(entry("two", SoakJournal.AFTERWARDS, result));
        assertEquals(1, journal.next("two"));
    }

    @Test
    void theReportCountsWhatIsInTheJournal() {
        String page = SoakReport.page(List.of(new Named("one"), new Named("three")), written());
        assertTrue(
                page.contains(
                        "| Title of one (`one`) | 2 of 50 | 1 | 220 | 1 | 2 | 3 | 4 | 91 | 91 | 91"
                                + " | 2 x abc | 2030-01-02 03:04 |"),
                page);
        assertTrue(page.contains("* `one` run 1, 2030-01-02 03:04, kill: a \"hole\""), page);
        assertFalse(page.contains("three"), page);
    }

    @Test
    void percentilesAreNearestRank() {
        double[] values = {4, 1, 3, 2};
        assertEquals(2, SoakReport.percentile(values, 50));
        assertEquals(4, SoakReport.percentile(values, 99));
        assertEquals(1, SoakReport.percentile(values, 1));
    }
}
