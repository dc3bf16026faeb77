package org.coralha.wire;

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A classic pcap file of Ethernet frames, read from front to back. A record that is cut off at the
 * end of the file (a capture that was killed) ends the reading like the end of the file.
 */
public final class PcapFile implements Closeable {
    private static final int MAGIC_MICROS = 0xa1b2c3d4;
    private static final int MAGIC_NANOS = 0xa1b23c4d;
    private static final int HEADER_BYTES = 24;
    private static final int RECORD_HEADER_BYTES = 16;
    private static final int RECORD_LIMIT_BYTES = 1 << 20;
    private static final int LINK_ETHERNET = 1;

    private final DataInputStream in;
    private final ByteOrder order;
    private final boolean nanos;

    /**
     * @param timeMicros time of the capture, microseconds since 1970
     * @param wireBytes length on the wire; more than {@code data} if the capture cut it
     * @param data what was captured, from the Ethernet header on
     */
    public record Frame(long timeMicros, int wireBytes, byte[] data) {}

    /**
     * @throws IOException if it is no pcap file of Ethernet frames
     */
    public PcapFile(Path file) throws IOException {
        this(Files.newInputStream(file), file.toString());
    }

    PcapFile(InputStream bytes, String name) throws IOException {
        in = new DataInputStream(new BufferedInputStream(bytes, 1 << 16));
        byte[] raw = new byte[HEADER_BYTES];
        in.readFully(raw);
        ByteBuffer header = ByteBuffer.wrap(raw);
        int magic = header.getInt(0);
        boolean big = magic == MAGIC_MICROS || magic == MAGIC_NANOS;
        order = big ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
        header.order(order);
        magic = header.getInt(0);
        if (magic != MAGIC_MICROS && magic != MAGIC_NANOS) {
            throw new IOException(name + ": no pcap file, magic " + Integer.toHexString(magic));
        }
        nanos = magic == MAGIC_NANOS;
        int link = header.getInt(20) & 0xffff;
        if (link != LINK_ETHERNET) {
            throw new IOException(name + ": link type " + link + ", only Ethernet (1) is read");
        }
    }

    /** The next frame, empty at the end. */
    public Optional<Frame> next() throws IOException {
        byte[] raw = new byte[RECORD_HEADER_BYTES];
        try {
            in.readFully(raw);
            ByteBuffer header = ByteBuffer.wrap(raw).order(order);
            long fraction = Integer.toUnsignedLong(header.getInt(4));
            long micros =
                    Integer.toUnsignedLong(header.getInt(0)) * 1_000_000
                            + (nanos ? fraction / 1000 : fraction);
            int captured = header.getInt(8);
            if (captured < 0 || captured > RECORD_LIMIT_BYTES) {
                throw new IOException("pcap record of " + captured + " bytes");
            }
            byte[] data = new byte[captured];
            in.readFully(data);
            return Optional.of(new Frame(micros, header.getInt(12), data));
        } catch (EOFException e) {
            return Optional.empty();
        }
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
