package org.coralha.demo;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/** {@code GET etag}: a small resource with an entity tag; 304 to whoever knows it already. */
public final class EtagServlet extends DemoServlet {
    private static final long serialVersionUID = 1L;

    /** The entity tag, as it stands in the header. */
    static final String TAG = "\"coral-1\"";

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        response.setHeader("ETag", TAG);
        String known = request.getHeader("If-None-Match");
        if (known != null && (known.contains(TAG) || known.trim().equals("*"))) {
            response.setStatus(HttpServletResponse.SC_NOT_MODIFIED);
            return;
        }
        answer(response, 200, new Json().with("etag", TAG));
    }
}
