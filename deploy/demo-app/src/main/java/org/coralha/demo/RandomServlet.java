package org.coralha.demo;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/**
 * {@code GET random?bytes=N[&ms=T][&chunks=K]}: N bytes never seen before, after T milliseconds,
 * with Content-Length, or chunked in K pieces that are flushed one by one.
 */
public final class RandomServlet extends DemoServlet {
    private static final long serialVersionUID = 1L;
    private static final long MAX_BYTES = 4L << 30;
    private static final long MAX_CHUNKS = 100_000;

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        checked(request, response, query -> send(request, response, query));
    }

    @Override
    protected void doHead(HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        doGet(request, response);
    }

    private static void send(HttpServletRequest request, HttpServletResponse response, Query query)
            throws BadParameterException, IOException {
        long sizeBytes = query.number("bytes", 0, MAX_BYTES);
        int chunks = (int) query.number("chunks", 1, MAX_CHUNKS, 1);
        runFor(query.number("ms", 0, MAX_RUN_MS, 0));
        RandomBody body = RandomBody.fresh(sizeBytes);
        response.setContentType("application/octet-stream");
        response.setHeader("X-Nonce", body.nonce());
        response.setHeader("X-Body-SHA256", body.sha256());
        boolean head = request.getMethod().equals("HEAD");
        if (!query.has("chunks")) {
            response.setContentLengthLong(sizeBytes);
            if (!head) {
                body.writeTo(response.getOutputStream());
            }
        } else if (!head) {
            body.writeTo(response.getOutputStream(), chunks);
        }
    }
}
