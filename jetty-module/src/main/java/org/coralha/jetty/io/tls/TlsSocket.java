package org.coralha.jetty.io.tls;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;

/**
 * A TCP socket whose streams are those of a TLS session once {@link #secure} has returned. Closing
 * it ends the TCP connection at once and never waits for the peer or for a writer: what travels
 * over it has lengths of its own, so a missing farewell deceives nobody.
 */
final class TlsSocket extends Socket {
    /** A handshake takes milliseconds, on two cold hosts with busy processors a second or two. */
    static final int HANDSHAKE_LIMIT_MS = 5_000;

    /** What to do if it was no stranger. */
    static final String ADVICE =
            "; if it was the peer: both hosts need the same key directory (keys.dir)";

    private static final int READ_BYTES = 80 * 1024;

    private final PairTls pair;
    private final Refusals refusals;
    private volatile InputStream in;
    private volatile OutputStream out;
    private volatile SSLSession session;
    private RecordOutput records;
    private long deadlineNanos;
    private boolean limited;

    /** Not connected yet. */
    TlsSocket(PairTls pair, Refusals refusals) {
        this.pair = pair;
        this.refusals = refusals;
    }

    /** Connects and shakes hands: the connection is the peer's, or there is none. */
    @Override
    public void connect(SocketAddress to, int timeoutMs) throws IOException {
        super.connect(to, timeoutMs);
        try {
            secure(true);
        } catch (SSLException e) {
            if (!(e.getCause() instanceof EOFException
                    || e.getCause() instanceof SocketException)) {
                refusals.add(getInetAddress(), e.getMessage() + ADVICE);
            }
            throw e;
        }
    }

    /**
     * Shakes hands, for at most {@link #HANDSHAKE_LIMIT_MS}.
     *
     * @param client true at the side that connected
     * @throws IOException and the socket is closed, if the other side is not of the pair
     */
    void secure(boolean client) throws IOException {
        deadlineNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(HANDSHAKE_LIMIT_MS);
        limited = true;
        try {
            // It takes the streams of this socket here, while they are still those of TCP.
            SSLSocket tls = pair.over(this, client);
            tls.startHandshake();
            session = tls.getSession();
            limited = false;
            setSoTimeout(0);
            out = new SecuredOutput(tls.getOutputStream(), records);
            in = new SecuredInput(tls.getInputStream());
        } catch (IOException | RuntimeException e) {
            close();
            throw e;
        }
    }

    /** What was agreed upon; null before {@link #secure} has returned. */
    SSLSession session() {
        return session;
    }

    /** Before the handshake the bytes of TCP, for the TLS session alone. */
    @Override
    public InputStream getInputStream() throws IOException {
        InputStream secured = in;
        return secured != null
                ? secured
                : new BufferedInputStream(new Limited(super.getInputStream()), READ_BYTES);
    }

    @Override
    public OutputStream getOutputStream() throws IOException {
        OutputStream secured = out;
        if (secured != null) {
            return secured;
        }
        records = new RecordOutput(super.getOutputStream());
        return records;
    }

    /** The limit is one for the whole handshake, not one for each of its bytes. */
    private final class Limited extends FilterInputStream {
        Limited(InputStream tcp) {
            super(tcp);
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            if (limited) {
                long leftMs = TimeUnit.NANOSECONDS.toMillis(deadlineNanos - System.nanoTime());
                if (leftMs <= 0) {
                    throw new SocketTimeoutException(
                            "no handshake within " + HANDSHAKE_LIMIT_MS + " ms");
                }
                setSoTimeout((int) leftMs);
            }
            return in.read(into, offset, length);
        }
    }

    private final class SecuredInput extends FilterInputStream {
        SecuredInput(InputStream tls) {
            super(tls);
        }

        @Override
        public void close() throws IOException {
            TlsSocket.this.close();
        }
    }

    private final class SecuredOutput extends FilterOutputStream {
        private final RecordOutput below;

        SecuredOutput(OutputStream tls, RecordOutput below) {
            super(tls);
            this.below = below;
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            below.gather();
            try {
                out.write(bytes, offset, length);
            } finally {
                below.release();
            }
        }

        @Override
        public void close() throws IOException {
            TlsSocket.this.close();
        }
    }
}
