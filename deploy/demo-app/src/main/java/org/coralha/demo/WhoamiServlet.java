package org.coralha.demo;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/** {@code GET whoami}: which host and process answers, and to whom. */
public final class WhoamiServlet extends DemoServlet {
    private static final long serialVersionUID = 1L;

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        Json json = new Json().with("host", servedBy()).with("pid", ProcessHandle.current().pid());
        json.with("client", request.getRemoteAddr() + ":" + request.getRemotePort());
        answer(response, 200, json.with("transaction", transactionId(request)));
    }
}
