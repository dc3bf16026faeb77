package org.coralha.jetty.duplex;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.coralha.jetty.core.LinkFrames;
import org.coralha.jetty.core.LogRecord;
import org.coralha.jetty.core.RecordKind;
import org.coralha.pair.FlowKey;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogJournalTest {
    private static final long EARLIEST_MICROS = 1_700_000_000_000_000L;

    @TempDir Path directory;
    private Path file;

    @BeforeEach
    void choose() {
        file = directory.resolve(LogJournal.FILE);
    }

    private static LogRecord record(RecordKind kind, int flags, long reign, long lsn, int end)
            throws IOException {
        FlowKey key = new FlowKey(InetAddress.getByName("fd77::10"), 40_000);
        return new LogRecord(kind, flags, reign, lsn, key, 77, 0, end - 5L, 0, new byte[0], 0, 5);
    }

    private static LogRecord reply(long reign, long lsn, int end) throws IOException {
        return record(RecordKind.REPLY, LogRecord.END, reign, lsn, end);
    }

    private static LinkFrames.Ack ack(long reign, long lsn) {
        return new LinkFrames.Ack(reign, lsn);
    }

    /** Lines without their times, which are of this century. */
    private List<String> said() throws IOException {
        return Files.readAllLines(file).stream()
                .filter(line -> !line.isEmpty())
                .map(
                        line -> {
                            int space = line.indexOf(' ');
                            long micros = Long.parseLong(line.substring(0, space));
                            assertEquals(EARLIEST_MICROS / 1_000_000, micros / 1_000_000, 4e9);
                            return line.substring(space + 1);
                        })
                .toList();
    }

    @Test
    void withoutAFileThereIsNone() throws IOException {
        LogJournal journal = LogJournal.in(directory);
        journal.keeping(reply(3, 1, 10));
        journal.acknowledging(ack(3, 1));
        journal.alone();
        LogJournal.in(null).alone();
        assertFalse(Files.exists(file));
    }

    @Test
    void aRecordIsThereWhenItIsAcknowledged() throws IOException {
        Files.createFile(file);
        LogJournal journal = LogJournal.in(directory);
        journal.keeping(record(RecordKind.OPEN, 0, 3, 1, 5));
        journal.keeping(reply(3, 2, 10));
        journal.keeping(reply(3, 3, 20));
        assertEquals(List.of("START"), said());
        journal.acknowledging(ack(3, 2));
        assertEquals(
                List.of(
                        "START",
                        "OPEN fd77:0:0:0:0:0:0:10:40000 77 5 0",
                        "REPLY fd77:0:0:0:0:0:0:10:40000 77 10 1"),
                said());
        journal.acknowledging(ack(3, 2));
        journal.alone();
        assertEquals(List.of("ALONE"), said().subList(3, 4));
        journal.acknowledging(ack(3, 3));
        assertEquals(5, said().size());
    }

    @Test
    void whatIsNotKeptIsNotSaid() throws IOException {
        Files.createFile(file);
        LogJournal journal = LogJournal.in(directory);
        journal.keeping(reply(3, 1, 10));
        LogRecord refused = reply(3, 3, 30);
        journal.keeping(refused);
        journal.refused(refused);
        journal.refused(refused);
        journal.acknowledging(ack(3, 9));
        assertEquals(List.of("START", "REPLY fd77:0:0:0:0:0:0:10:40000 77 10 1"), said());
        journal.keeping(reply(3, 2, 20)); // never acknowledged in its reign
        journal.keeping(reply(5, 1, 30));
        journal.acknowledging(ack(5, 1));
        assertEquals("REPLY fd77:0:0:0:0:0:0:10:40000 77 30 1", said().get(2));
        assertEquals(3, said().size());
    }

    @Test
    void goesOnAfterARestartAndAfterTheReaderHasEmptiedIt() throws IOException {
        Files.writeString(file, "1700000000000000 ALO");
        LogJournal journal = LogJournal.in(directory);
        assertEquals("1700000000000000 ALO", Files.readAllLines(file).get(0));
        assertEquals(List.of("ALO", "START"), said());
        Files.write(file, new byte[0]);
        journal.alone();
        assertEquals(List.of("ALONE"), said());
    }

    @Test
    void aFileThatTakesNothingCostsAWarning() throws IOException {
        Files.createSymbolicLink(file, Path.of("/dev/full"));
        LogJournal journal = LogJournal.in(directory);
        journal.keeping(reply(3, 1, 10));
        journal.acknowledging(ack(3, 1));
        journal.alone();
    }
}
