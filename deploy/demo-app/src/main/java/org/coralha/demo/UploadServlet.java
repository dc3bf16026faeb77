package org.coralha.demo;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;

/**
 * {@code POST upload[?ms=T]}: reads the body to its end, runs T milliseconds and answers size and
 * SHA-256 of what arrived.
 */
public final class UploadServlet extends DemoServlet {
    private static final long serialVersionUID = 1L;
    private static final int BLOCK_BYTES = 32 * 1024;

    @Override
    protected void doPost(HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        checked(request, response, query -> receive(request, response, query));
    }

    @Override
    protected void doPut(HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        doPost(request, response);
    }

    private static void receive(
            HttpServletRequest request, HttpServletResponse response, Query query)
            throws BadParameterException, IOException {
        long runMs = query.number("ms", 0, MAX_RUN_MS, 0);
        MessageDigest digest = Sha256.digest();
        byte[] block = new byte[BLOCK_BYTES];
        long sizeBytes = 0;
        InputStream in = request.getInputStream();
        for (int read = in.read(block); read >= 0; read = in.read(block)) {
            digest.update(block, 0, read);
            sizeBytes += read;
        }
        runFor(runMs);
        Json json = new Json().with("bytes", sizeBytes).with("sha256", Sha256.hex(digest));
        answer(response, 200, json.with("transaction", transactionId(request)));
    }
}
