package org.coralha.drill.client;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Holds a reply against its request: status, length, digest, the call that it answers, and an end
 * that was announced.
 */
final class ReplyCheck {
    private static final Pattern CALL = Pattern.compile("/demo/ledger\\?id=([^&]*)(&.*)?");

    private ReplyCheck() {}

    /**
     * @param mayEnd true if the reply may announce the end of the connection unasked
     * @throws FailedReplyException if the status is not the expected one
     * @throws CorruptReplyException if length or digest are wrong
     */
    static void verify(Request request, Reply reply, boolean mayEnd)
            throws FailedReplyException, CorruptReplyException {
        if (reply.status() != request.status()) {
            throw new FailedReplyException(
                    request + ": status " + reply.status() + " in place of " + request.status());
        }
        boolean head = request.method().equals("HEAD");
        if (request.bodyBytes() >= 0) {
            verifyLength(request, reply, head);
        }
        if (!head) {
            verifyDigest(request, reply);
            verifyCall(request, reply);
        }
        if (reply.closes() && !request.closes() && !mayEnd) {
            throw new FailedReplyException(request + ": the server ends a connection unasked");
        }
    }

    private static void verifyLength(Request request, Reply reply, boolean head)
            throws CorruptReplyException {
        String announced = reply.header("Content-Length");
        boolean wrong =
                head
                        ? !announced.isEmpty()
                                && !announced.equals(Long.toString(request.bodyBytes()))
                        : reply.bodyBytes() != request.bodyBytes();
        if (wrong) {
            throw new CorruptReplyException(
                    request
                            + ": "
                            + reply.bodyBytes()
                            + " bytes (Content-Length '"
                            + announced
                            + "') in place of "
                            + request.bodyBytes());
        }
    }

    private static void verifyDigest(Request request, Reply reply) throws CorruptReplyException {
        String promised = reply.header("X-Body-SHA256");
        if (promised.isEmpty()) {
            if (request.digestOwed()) {
                throw new CorruptReplyException(request + ": no X-Body-SHA256");
            }
        } else if (!promised.equalsIgnoreCase(reply.sha256())) {
            throw new CorruptReplyException(
                    request + ": body has " + reply.sha256() + ", header says " + promised);
        }
    }

    /** A call's reply names the call: that of another one would fit as well otherwise. */
    private static void verifyCall(Request request, Reply reply) throws CorruptReplyException {
        Matcher call = CALL.matcher(request.path());
        if (call.matches() && !reply.text().contains("\"id\":\"" + call.group(1) + "\"")) {
            throw new CorruptReplyException(request + ": answered by " + reply.text().strip());
        }
    }
}
