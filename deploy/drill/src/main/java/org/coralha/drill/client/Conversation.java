package org.coralha.drill.client;

import java.io.Closeable;
import java.io.IOException;
import java.security.MessageDigest;
import java.util.HexFormat;

/**
 * Requests and checked replies on one connection, in order. Used by one thread.
 *
 * <p>Every method throws the first thing that is wrong; after that the connection is of no more
 * use, but for a {@link FailedReplyException}.
 */
final class Conversation implements Closeable {
    private static final int PIECE_BYTES = 16 * 1024;

    private final CheckedSocket socket;
    private final ReplyReader reader;
    private final ConnectionRecord record;
    private final NonceBook nonces;

    Conversation(
            CheckedSocket socket,
            ConnectionRecord record,
            NonceBook nonces,
            ReplyReader.BodyWatcher watcher) {
        this.socket = socket;
        this.record = record;
        this.nonces = nonces;
        this.reader = new ReplyReader(socket, watcher);
    }

    CheckedSocket socket() {
        return socket;
    }

    /** Sends the request and checks its reply. */
    Reply exchange(Request request) throws IOException {
        send(request);
        return receive(request);
    }

    /** Sends a request without body. */
    void send(Request request) throws IOException {
        if (request.closes()) {
            socket.serverMayClose();
        }
        byte[] head = request.head();
        socket.write(head, 0, head.length);
        socket.applicationTakes(request.ownMs());
    }

    /** Reads and checks the reply to the oldest request that has none. */
    Reply receive(Request request) throws IOException {
        Reply reply = reader.read(request);
        ReplyCheck.verify(request, reply);
        nonces.seen(reply.header("X-Nonce"));
        if (request.closes()) {
            socket.expectEnd();
        }
        record.replied();
        return reply;
    }

    /** Reads 100 Continue. */
    void receiveContinue() throws IOException {
        reader.readContinue();
    }

    /**
     * Sends a piece of an upload body.
     *
     * @param seed names the body; see {@link UploadBody}
     * @param digest takes what was sent
     */
    void sendBody(long seed, long from, long to, MessageDigest digest) throws IOException {
        byte[] piece = new byte[PIECE_BYTES];
        long at = from;
        while (at < to) {
            int count = (int) Math.min(piece.length, to - at);
            UploadBody.fill(seed, at, piece, count);
            digest.update(piece, 0, count);
            socket.write(piece, 0, count);
            at += count;
        }
    }

    /** Reads the reply to an upload and compares what the server says it received. */
    void receiveUpload(Request request, long bytes, MessageDigest digest) throws IOException {
        Reply reply = reader.read(request);
        ReplyCheck.verify(request, reply);
        String sha256 = HexFormat.of().formatHex(digest.digest());
        String json = reply.text().replace(" ", "");
        if (!json.contains("\"bytes\":" + bytes) || !json.contains("\"" + sha256 + "\"")) {
            throw new CorruptReplyException(
                    request + ": sent " + bytes + " bytes with " + sha256 + ", reply " + json);
        }
        if (request.closes()) {
            socket.expectEnd();
        }
        record.replied();
    }

    /** Ends the connection from this side; nothing may come but the server's end. */
    void finish() throws IOException {
        if (socket.strayBytes() > 0) {
            throw new CorruptReplyException(socket.strayBytes() + " stray bytes between replies");
        }
        socket.finish();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
