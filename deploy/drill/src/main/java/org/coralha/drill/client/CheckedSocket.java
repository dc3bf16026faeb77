package org.coralha.drill.client;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.concurrent.TimeUnit;

/**
 * One TCP connection that measures how long it had to wait for progress. Used by one thread.
 *
 * <p>A wait is the time blocked in a read or a write. Time that the application was asked to take
 * ({@code ms=T}) is taken off the first wait after the request; sleeping of a slow reader is not a
 * wait.
 */
public final class CheckedSocket implements Closeable {
    private static final int BUFFER_BYTES = 32 * 1024;
    private static final int CONNECT_LIMIT_MS = 20_000;

    private final Socket socket = new Socket();
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private final ConnectionRecord record;
    private final FaultClock clock;
    private InputStream in;
    private OutputStream out;
    private int position;
    private int limit;
    private long ownMicros;
    private long bytesPerSecond;
    private long paceStartNanos;
    private long paceBytes;

    private CheckedSocket(ConnectionRecord record, FaultClock clock) {
        this.record = record;
        this.clock = clock;
    }

    /**
     * Connects.
     *
     * @param receiveBufferBytes SO_RCVBUF, or 0 for the system's choice
     * @param silenceLimitMs longest wait for a byte; a longer one is a {@link
     *     SocketTimeoutException}
     */
    public static CheckedSocket open(
            InetSocketAddress service,
            ConnectionRecord record,
            FaultClock clock,
            int receiveBufferBytes,
            int silenceLimitMs)
            throws IOException {
        CheckedSocket checked = new CheckedSocket(record, clock);
        try {
            if (receiveBufferBytes > 0) {
                checked.socket.setReceiveBufferSize(receiveBufferBytes);
            }
            checked.socket.setTcpNoDelay(true);
            checked.socket.setSoTimeout(silenceLimitMs);
            long start = System.nanoTime();
            checked.socket.connect(service, CONNECT_LIMIT_MS);
            checked.note(0, start);
            checked.in = checked.socket.getInputStream();
            checked.out = checked.socket.getOutputStream();
            record.opened(checked.socket.getLocalPort());
            return checked;
        } catch (IOException e) {
            checked.socket.close();
            throw e;
        }
    }

    /** Own port of the connection. */
    public int localPort() {
        return socket.getLocalPort();
    }

    /** From now on the server may end this connection by itself. */
    public void serverMayClose() {
        record.serverMayClose(localPort());
    }

    /** Reads at most this fast from now on; 0 for as fast as possible. */
    public void pace(long newBytesPerSecond) {
        bytesPerSecond = newBytesPerSecond;
        paceStartNanos = System.nanoTime();
        paceBytes = 0;
    }

    /** The application will take this long by itself before the next byte comes. */
    public void applicationTakes(long ms) {
        ownMicros = TimeUnit.MILLISECONDS.toMicros(ms);
    }

    /** Sends bytes, waiting as long as the server's window is closed. */
    public void write(byte[] bytes, int offset, int length) throws IOException {
        long start = System.nanoTime();
        out.write(bytes, offset, length);
        note(0, start);
    }

    /**
     * The next byte.
     *
     * @return 0 to 255, or -1 at the end of the stream
     */
    public int read() throws IOException {
        if (position == limit && !fill()) {
            return -1;
        }
        return buffer[position++] & 0xff;
    }

    /**
     * Some of the next bytes.
     *
     * @return how many, at least 1, or -1 at the end of the stream
     */
    public int read(byte[] into, int offset, int length) throws IOException {
        if (position == limit && !fill()) {
            return -1;
        }
        int count = Math.min(length, limit - position);
        System.arraycopy(buffer, position, into, offset, count);
        position += count;
        return count;
    }

    /** Bytes that have arrived without being asked for; 0 if there are none. */
    public int strayBytes() throws IOException {
        return limit - position + in.available();
    }

    /**
     * Ends the connection from this side and waits for the server's end: any byte that comes
     * instead is one that nobody asked for.
     */
    public void finish() throws IOException {
        pace(0);
        socket.shutdownOutput();
        if (read() >= 0) {
            throw new CorruptReplyException("stray bytes after the last reply");
        }
    }

    /** Ends this side only. */
    public void endOutput() throws IOException {
        socket.shutdownOutput();
    }

    /** Expects the server's end of the stream now. */
    public void expectEnd() throws IOException {
        pace(0);
        if (read() >= 0) {
            throw new CorruptReplyException("bytes after the last reply of the connection");
        }
    }

    private boolean fill() throws IOException {
        keepPace();
        long start = System.nanoTime();
        int count = in.read(buffer, 0, buffer.length);
        if (count < 0) {
            return false;
        }
        note(count, start);
        position = 0;
        limit = count;
        return true;
    }

    private void keepPace() throws IOException {
        if (bytesPerSecond == 0) {
            return;
        }
        paceBytes += limit;
        long dueNanos = paceStartNanos + paceBytes * 1_000_000_000L / bytesPerSecond;
        long aheadNanos = dueNanos - System.nanoTime();
        if (aheadNanos <= 0) {
            return;
        }
        try {
            TimeUnit.NANOSECONDS.sleep(aheadNanos);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while reading slowly", e);
        }
    }

    private void note(int bytes, long startNanos) {
        long now = System.nanoTime();
        long waitMicros = TimeUnit.NANOSECONDS.toMicros(now - startNanos);
        if (bytes > 0) {
            waitMicros = Math.max(0, waitMicros - ownMicros);
            ownMicros = 0;
        }
        record.progressed(bytes, waitMicros, clock.microsSinceFault(now));
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
