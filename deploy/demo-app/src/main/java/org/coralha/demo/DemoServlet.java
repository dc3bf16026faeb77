package org.coralha.demo;

import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.UUID;

/** What all demo servlets have in common: {@code X-Served-By}, 400 for bad parameters, JSON. */
abstract class DemoServlet extends HttpServlet {
    private static final long serialVersionUID = 1L;

    /** Longest time a handler may be asked to run. */
    static final long MAX_RUN_MS = 600_000;

    @Override
    protected final void service(HttpServletRequest request, HttpServletResponse response)
            throws ServletException, IOException {
        response.setHeader("X-Served-By", servedBy());
        super.service(request, response);
    }

    /** Work of a servlet that may find a parameter wrong. */
    interface Work {
        void run(Query query) throws BadParameterException, IOException;
    }

    /** Runs the work, or answers 400 and says which parameter is wrong. */
    static void checked(HttpServletRequest request, HttpServletResponse response, Work work)
            throws IOException {
        try {
            work.run(Query.of(request));
        } catch (BadParameterException e) {
            answer(response, 400, new Json().with("error", e.getMessage()));
        }
    }

    /** Answers 200 with the digest of the body, and a nonce that tells it from any other answer. */
    static void answerSigned(HttpServletResponse response, Json json) throws IOException {
        byte[] body = bytes(json);
        MessageDigest digest = Sha256.digest();
        digest.update(body);
        response.setHeader("X-Body-SHA256", Sha256.hex(digest));
        response.setHeader("X-Nonce", UUID.randomUUID().toString());
        answer(response, 200, body);
    }

    static void answer(HttpServletResponse response, int status, Json json) throws IOException {
        answer(response, status, bytes(json));
    }

    private static byte[] bytes(Json json) {
        return (json + "\n").getBytes(StandardCharsets.UTF_8);
    }

    private static void answer(HttpServletResponse response, int status, byte[] body)
            throws IOException {
        response.setStatus(status);
        response.setContentType("application/json");
        response.setContentLength(body.length);
        response.getOutputStream().write(body);
    }

    /** Keeps the handler running. */
    static void runFor(long runMs) throws IOException {
        try {
            Thread.sleep(runMs);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("the server stops while the handler runs");
        }
    }

    /**
     * The transaction id of the request, the same when a survivor executes it again; null without
     * Coral.
     */
    static String transactionId(HttpServletRequest request) {
        Object id = request.getAttribute("org.coralha.transactionId");
        return id == null ? null : id.toString();
    }

    static String servedBy() {
        return System.getProperty("coral.host", "unnamed");
    }
}
