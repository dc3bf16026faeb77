package org.coralha.jetty.io.tls;

import java.io.IOException;
import java.io.OutputStream;

/**
 * Below TLS: the records that one write of the application becomes, 16 KiB each at most, go to TCP
 * together. Safe from several threads, for TLS has own things to say at any time.
 */
final class RecordOutput extends OutputStream {
    private final OutputStream tcp;
    private final byte[] kept = new byte[80 * 1024];
    private int count;
    private boolean gathering;

    RecordOutput(OutputStream tcp) {
        this.tcp = tcp;
    }

    /** Keeps what is written from now on until {@link #release}. */
    synchronized void gather() {
        gathering = true;
    }

    /** Sends what was kept. */
    synchronized void release() throws IOException {
        gathering = false;
        send();
    }

    private void send() throws IOException {
        int length = count;
        count = 0;
        if (length > 0) {
            tcp.write(kept, 0, length);
        }
    }

    @Override
    public synchronized void write(int one) throws IOException {
        write(new byte[] {(byte) one}, 0, 1);
    }

    @Override
    public synchronized void write(byte[] record, int offset, int length) throws IOException {
        if (length > kept.length - count) {
            send();
        }
        if (gathering && length <= kept.length) {
            System.arraycopy(record, offset, kept, count, length);
            count += length;
        } else {
            tcp.write(record, offset, length);
        }
    }

    @Override
    public synchronized void flush() throws IOException {
        if (!gathering) {
            send();
        }
    }

    @Override
    public void close() throws IOException {
        tcp.close();
    }
}
