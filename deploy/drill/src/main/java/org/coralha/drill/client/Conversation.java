package org.coralha.drill.client;

import java.io.Closeable;
import java.io.IOException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.function.BooleanSupplier;

/**
 * Requests and checked replies on one connection, in order. Used by one thread.
 *
 * <p>Every method throws the first thing that is wrong; after that the connection is of no more
 * use, but for a {@link FailedReplyException}.
 */
final class Conversation implements Closeable {
    private static final int PIECE_BYTES = 16 * 1024;

    private final Opener opener;
    private final ConnectionRecord record;
    private final NonceBook nonces;
    private final BooleanSupplier serverMayEnd;
    private final ReplyReader.BodyWatcher watcher;
    private CheckedSocket socket;
    private ReplyReader reader;
    private boolean ended;

    /** Connects to the service. */
    @FunctionalInterface
    interface Opener {
        CheckedSocket open() throws IOException;
    }

    /**
     * @param serverMayEnd true while a reply may announce the end of the connection unasked; the
     *     next request then goes out on a new connection
     */
    Conversation(
            Opener opener,
            ConnectionRecord record,
            NonceBook nonces,
            BooleanSupplier serverMayEnd,
            ReplyReader.BodyWatcher watcher)
            throws IOException {
        this.opener = opener;
        this.record = record;
        this.nonces = nonces;
        this.serverMayEnd = serverMayEnd;
        this.watcher = watcher;
        open();
    }

    private void open() throws IOException {
        socket = opener.open();
        reader = new ReplyReader(socket, watcher);
        ended = false;
    }

    /** The connection for the next request: a new one if the server has ended the old one. */
    CheckedSocket socket() throws IOException {
        if (ended) {
            socket.close();
            open();
        }
        return socket;
    }

    /** Sends the request and checks its reply. */
    Reply exchange(Request request) throws IOException {
        send(request);
        return receive(request);
    }

    /** Sends a request without body. */
    void send(Request request) throws IOException {
        socket();
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
        ReplyCheck.verify(request, reply, serverMayEnd.getAsBoolean());
        nonces.seen(reply.header("X-Nonce"));
        expectEnd(request, reply);
        record.replied();
        return reply;
    }

    private void expectEnd(Request request, Reply reply) throws IOException {
        if (!reply.closes()) {
            return;
        }
        socket.serverMayClose();
        socket.expectEnd();
        ended = true;
        if (!request.closes()) {
            record.ended();
        }
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
        ReplyCheck.verify(request, reply, serverMayEnd.getAsBoolean());
        String sha256 = HexFormat.of().formatHex(digest.digest());
        String json = reply.text().replace(" ", "");
        if (!json.contains("\"bytes\":" + bytes) || !json.contains("\"" + sha256 + "\"")) {
            throw new CorruptReplyException(
                    request + ": sent " + bytes + " bytes with " + sha256 + ", reply " + json);
        }
        expectEnd(request, reply);
        record.replied();
    }

    /** Ends the connection from this side; nothing may come but the server's end. */
    void finish() throws IOException {
        if (ended) {
            return;
        }
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
