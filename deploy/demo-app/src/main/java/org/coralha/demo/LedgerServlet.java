package org.coralha.demo;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URI;

/**
 * {@code POST ledger?id=ID[&ms=T]}: first appends a line to the ledger on another host, which
 * thereby counts executions, then runs T milliseconds, then answers: the call's id, and the digest
 * and the nonce of this answer in {@code X-Body-SHA256} and {@code X-Nonce}.
 */
public final class LedgerServlet extends DemoServlet {
    private static final long serialVersionUID = 1L;

    @Override
    protected void doPost(HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        checked(request, response, query -> append(request, response, query));
    }

    private static void append(
            HttpServletRequest request, HttpServletResponse response, Query query)
            throws BadParameterException, IOException {
        String id = query.id("id");
        long runMs = query.number("ms", 0, MAX_RUN_MS, 0);
        String transaction = transactionId(request);
        Json json = new Json().with("id", id).with("transaction", transaction);
        String ledger = System.getProperty("coral.ledger", "");
        if (ledger.isEmpty()) {
            answer(
                    response,
                    503,
                    json.with("error", "no ledger: set -Dcoral.ledger=http://HOST:PORT"));
            return;
        }
        try {
            new LedgerClient(URI.create(ledger)).append(id, transaction, servedBy());
        } catch (IOException e) {
            answer(
                    response,
                    502,
                    json.with("error", "ledger " + ledger + " failed: " + e.getMessage()));
            return;
        }
        runFor(runMs);
        answerSigned(response, json.with("host", servedBy()));
    }
}
