package org.coralha.heartbeat.io;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.coralha.pair.ProtocolException;

/**
 * Collects the one line of a client of the control socket, in whatever pieces it comes. What
 * follows the line does not count. One thread.
 */
final class ControlLine {
    /** Longest line with its end, in bytes. */
    static final int LIMIT_BYTES = 256;

    private final ByteBuffer in = ByteBuffer.allocate(LIMIT_BYTES);
    private int lookedAt;

    /** Where bytes are put that came; has room until {@link #take} answered or threw. */
    ByteBuffer space() {
        return in;
    }

    /**
     * Looks at what was put in.
     *
     * @return the line without its end, null if its end is still to come
     * @throws ProtocolException if the limit was reached before its end, or it is not UTF-8
     */
    String take() throws ProtocolException {
        while (lookedAt < in.position()) {
            if (in.get(lookedAt) == '\n') {
                return text();
            }
            lookedAt++;
        }
        if (!in.hasRemaining()) {
            throw new ProtocolException("no end of line in " + LIMIT_BYTES + " bytes");
        }
        return null;
    }

    private String text() throws ProtocolException {
        try {
            ByteBuffer line = in.slice(0, lookedAt);
            return StandardCharsets.UTF_8.newDecoder().decode(line).toString();
        } catch (CharacterCodingException e) {
            throw new ProtocolException("line of " + lookedAt + " bytes is not UTF-8");
        }
    }
}
