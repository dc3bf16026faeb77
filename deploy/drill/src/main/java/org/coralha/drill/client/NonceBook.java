package org.coralha.drill.client;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Every reply of the demo application carries a nonce of its own: one seen twice was mixed up. */
final class NonceBook {
    private final Set<String> seen = ConcurrentHashMap.newKeySet();

    /**
     * @param nonce the header, empty if the reply has none
     * @throws CorruptReplyException if another reply had it
     */
    void seen(String nonce) throws CorruptReplyException {
        if (!nonce.isEmpty() && !seen.add(nonce)) {
            throw new CorruptReplyException("nonce " + nonce + " came twice");
        }
    }
}
