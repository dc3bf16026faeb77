package org.coralha.demo;

import java.io.IOException;
import java.io.OutputStream;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.SplittableRandom;

/**
 * A body that nobody can predict, of any size, without holding it: the same seed yields the same
 * bytes, so that the hash can be sent before them.
 */
final class RandomBody {
    private static final SecureRandom SEEDS = new SecureRandom();
    private static final int BLOCK_BYTES = 32 * 1024;

    private final long seed;
    private final long sizeBytes;

    RandomBody(long seed, long sizeBytes) {
        this.seed = seed;
        this.sizeBytes = sizeBytes;
    }

    /** A body unlike any other. */
    static RandomBody fresh(long sizeBytes) {
        return new RandomBody(SEEDS.nextLong(), sizeBytes);
    }

    /** Names this generation of the body. */
    String nonce() {
        return HexFormat.of().toHexDigits(seed);
    }

    /** SHA-256 of all bytes, in hexadecimal. */
    String sha256() throws IOException {
        MessageDigest digest = Sha256.digest();
        writePieces(1, digest::update, () -> {});
        return Sha256.hex(digest);
    }

    /** Writes the whole body; when to flush is left to the stream. */
    void writeTo(OutputStream out) throws IOException {
        writePieces(1, out::write, () -> {});
    }

    /** Writes the whole body in nearly equal pieces and flushes each. */
    void writeTo(OutputStream out, int pieces) throws IOException {
        writePieces(pieces, out::write, out::flush);
    }

    private void writePieces(int pieces, Sink sink, PieceEnd pieceEnd) throws IOException {
        SplittableRandom random = new SplittableRandom(seed);
        byte[] block = new byte[BLOCK_BYTES];
        int used = BLOCK_BYTES;
        for (int piece = 0; piece < pieces; piece++) {
            long left = sizeBytes * (piece + 1) / pieces - sizeBytes * piece / pieces;
            while (left > 0) {
                if (used == BLOCK_BYTES) {
                    random.nextBytes(block);
                    used = 0;
                }
                int length = (int) Math.min(left, BLOCK_BYTES - used);
                sink.accept(block, used, length);
                used += length;
                left -= length;
            }
            pieceEnd.reached();
        }
    }

    private interface Sink {
        void accept(byte[] block, int offset, int length) throws IOException;
    }

    private interface PieceEnd {
        void reached() throws IOException;
    }
}
