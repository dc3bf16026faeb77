package org.coralha.heartbeat.io;

import java.nio.ByteBuffer;
import java.util.List;
import org.coralha.pair.MessageCodec;
import org.coralha.pair.ModuleMessage;
import org.coralha.pair.ProtocolException;

/** Makes messages of the byte stream of a module, in whatever pieces it comes. One thread. */
final class ModuleFrames {
    /** No message of a module is longer, in bytes. */
    static final int FRAME_LIMIT_BYTES = 2048;

    private final ByteBuffer in = ByteBuffer.allocate(4 * FRAME_LIMIT_BYTES);

    /** Where bytes are put that came; always has room after {@link #take}. */
    ByteBuffer space() {
        return in;
    }

    /**
     * Adds the messages that are complete.
     *
     * @throws ProtocolException for bytes that are not messages; those before them are added, and
     *     nothing more can be read
     */
    void take(List<ModuleMessage> messages) throws ProtocolException {
        in.flip();
        while (in.remaining() >= MessageCodec.LENGTH_BYTES) {
            int length = in.getInt(in.position());
            if (length < 1 || length > FRAME_LIMIT_BYTES) {
                throw new ProtocolException(
                        "frame of " + length + " bytes, allowed are 1.." + FRAME_LIMIT_BYTES);
            }
            if (in.remaining() < MessageCodec.LENGTH_BYTES + length) {
                break;
            }
            in.position(in.position() + MessageCodec.LENGTH_BYTES);
            messages.add(MessageCodec.decodeFromModule(in.slice(in.position(), length)));
            in.position(in.position() + length);
        }
        in.compact();
    }
}
