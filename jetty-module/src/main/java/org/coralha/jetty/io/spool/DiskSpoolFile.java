package org.coralha.jetty.io.spool;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.coralha.jetty.port.SpoolFile;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One file, written at its end, read anywhere, deleted when closed. */
final class DiskSpoolFile implements SpoolFile {
    private static final Logger LOG = LoggerFactory.getLogger(DiskSpoolFile.class);

    private final Path path;
    private final FileChannel channel;
    private long length;

    DiskSpoolFile(Path path) throws IOException {
        this.path = path;
        this.channel =
                FileChannel.open(
                        path,
                        StandardOpenOption.CREATE_NEW,
                        StandardOpenOption.READ,
                        StandardOpenOption.WRITE,
                        StandardOpenOption.DELETE_ON_CLOSE);
    }

    @Override
    public long append(byte[] bytes, int offset, int count) throws IOException {
        long position = length;
        ByteBuffer buffer = ByteBuffer.wrap(bytes, offset, count);
        while (buffer.hasRemaining()) {
            length += channel.write(buffer, length);
        }
        return position;
    }

    @Override
    public void read(long position, ByteBuffer into) throws IOException {
        long at = position;
        while (into.hasRemaining()) {
            int count = channel.read(into, at);
            if (count < 0) {
                throw new EOFException(path + " ends before " + at);
            }
            at += count;
        }
    }

    @Override
    public void reset() throws IOException {
        channel.truncate(0);
        length = 0;
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            LOG.warn("spool file {} could not be deleted: {}", path, e.toString());
        }
    }
}
