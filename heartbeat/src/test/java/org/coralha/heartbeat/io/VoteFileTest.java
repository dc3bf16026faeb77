package org.coralha.heartbeat.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Optional;
import org.coralha.heartbeat.vote.Holder;
import org.coralha.heartbeat.vote.VoteRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class VoteFileTest {
    private static final long MAGIC = 0x434f52414c564f31L;

    @TempDir private Path directory;

    private void write(long epoch, long holder) throws IOException {
        Path path = directory.resolve(String.format("%016x.vote", 5));
        ByteBuffer content = ByteBuffer.allocate(16).putLong(epoch).putLong(holder).flip();
        new RecordFile(path, MAGIC, 16).write(content);
    }

    @ParameterizedTest
    @CsvSource({"7, 4", "7, -1", "7, 9223372036854775807", "0, 1", "-7, 1"})
    void aRecordThatMeansNothingHereIsNotGuessedAt(long epoch, long holder) throws IOException {
        write(epoch, holder);
        VoteFile file = new VoteFile(directory, 5);
        assertThrows(IOException.class, file::read);
    }

    @Test
    void aRecordIsRead() throws IOException {
        write(7, Holder.BOTH.ordinal());
        VoteRecord read = new VoteRecord(7, Holder.BOTH);
        assertEquals(Optional.of(read), new VoteFile(directory, 5).read());
    }
}
