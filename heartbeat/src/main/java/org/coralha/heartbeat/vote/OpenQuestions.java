package org.coralha.heartbeat.vote;

/**
 * The questions of a host to the witness that wait for an answer: the last {@link #OPEN}, each for
 * a second. Whatever answers anything else is old, or was sent by somebody else. Not safe for use
 * by several threads.
 */
public final class OpenQuestions {
    /** So many at most. */
    public static final int OPEN = 16;

    /** For so long each is open. */
    public static final long ANSWER_LIMIT_NS = 1_000_000_000L;

    private final long[] nonces = new long[OPEN];
    private final long[] sentNs = new long[OPEN];

    /** Nothing was asked yet. */
    public OpenQuestions() {
        for (int slot = 0; slot < OPEN; slot++) {
            nonces[slot] = ~slot; // belongs to another slot: answers nothing
        }
    }

    /** A question leaves; the oldest may be forgotten for it. */
    public void asked(long nonce, long nowNs) {
        int slot = slot(nonce);
        nonces[slot] = nonce;
        sentNs[slot] = nowNs;
    }

    /** True, once, if an answer with this nonce answers a question that is open. */
    public boolean answers(long nonce, long nowNs) {
        int slot = slot(nonce);
        boolean open = nonces[slot] == nonce && nowNs - sentNs[slot] < ANSWER_LIMIT_NS;
        nonces[slot] = open ? ~nonce : nonces[slot];
        return open;
    }

    private static int slot(long nonce) {
        return (int) Math.floorMod(nonce, (long) OPEN);
    }
}
