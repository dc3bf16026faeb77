package org.coralha.jetty.core;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.coralha.jetty.port.SpoolFile;
import org.coralha.jetty.port.SpoolFiles;

/** Spool files without a disk; counts how many are open. */
final class MemorySpool implements SpoolFiles {
    private final int fileLimitBytes;
    int open;

    /**
     * @param fileLimitBytes where a file's disk is full
     */
    MemorySpool(int fileLimitBytes) {
        this.fileLimitBytes = fileLimitBytes;
    }

    @Override
    public SpoolFile create() {
        open++;
        return new File();
    }

    private final class File implements SpoolFile {
        private byte[] content = new byte[0];
        private boolean closed;

        @Override
        public long append(byte[] bytes, int offset, int length) throws IOException {
            requireOpen();
            int at = content.length;
            if (at + length > fileLimitBytes) {
                throw new IOException("disk full");
            }
            content = Arrays.copyOf(content, at + length);
            System.arraycopy(bytes, offset, content, at, length);
            return at;
        }

        @Override
        public void read(long position, ByteBuffer into) throws IOException {
            requireOpen();
            into.put(content, (int) position, into.remaining());
        }

        @Override
        public void reset() throws IOException {
            requireOpen();
            content = new byte[0];
        }

        private void requireOpen() {
            if (closed) {
                throw new AssertionError("used after it was closed");
            }
        }

        @Override
        public void close() {
            requireOpen();
            closed = true;
            open--;
        }
    }
}
