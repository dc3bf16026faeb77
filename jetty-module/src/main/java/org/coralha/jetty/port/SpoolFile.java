package org.coralha.jetty.port;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Bytes of one flow that do not fit into memory. Used by one thread at a time; closing deletes what
 * was written.
 */
public interface SpoolFile extends Closeable {
    /**
     * Appends the bytes.
     *
     * @return position of the first of them
     * @throws IOException if the disk is full or the file is gone
     */
    long append(byte[] bytes, int offset, int length) throws IOException;

    /**
     * Fills the buffer up to its limit from the position on.
     *
     * @throws IOException if fewer bytes are there
     */
    void read(long position, ByteBuffer into) throws IOException;

    /** Gives the space back; positions start at 0 again. */
    void reset() throws IOException;

    @Override
    void close();
}
