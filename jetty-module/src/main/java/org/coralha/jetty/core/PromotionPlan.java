package org.coralha.jetty.core;

/**
 * What the survivor does with one flow: write the rest of what was logged, then go on from the
 * first request that was not answered. A value computed by {@link #of}; pure.
 *
 * @param writeFrom outstream offset of the first byte to write
 * @param writeTo outstream offset after the last byte of whole replies
 * @param replayFrom instream offset of the first request to execute
 * @param nextOrdinal its number on the flow
 * @param interimsLogged interim replies of that request that the outstream already holds
 * @param ending what comes after the bytes
 * @param problem why the flow is aborted, else empty
 */
public record PromotionPlan(
        long writeFrom,
        long writeTo,
        long replayFrom,
        long nextOrdinal,
        int interimsLogged,
        Ending ending,
        String problem) {

    /** What comes after the logged bytes. */
    public enum Ending {
        /** The flow becomes an ordinary connection. */
        SERVE,
        /** The outstream is closed: the primary had, or would have, done so. */
        CLOSE,
        /** The client has everything, the end included: not a packet is owed. */
        OVER,
        /** The flow cannot go on without a mix of two replies: it is cut. */
        ABORT
    }

    /**
     * The facts of a flow's log.
     *
     * @param outstreamStart offset of the first outstream byte kept
     * @param outstreamEnd offset after the last outstream byte logged
     * @param firmEnd end of the last whole reply or interim reply
     * @param piecewise true if bytes after firmEnd may have left the primary
     * @param consumed instream bytes taken by answered requests
     * @param nextOrdinal number of the first request without a whole reply
     * @param interimsLogged whole interim replies of that request
     * @param ended true if the outstream ends at firmEnd
     * @param broken why the log cannot be used, or null
     */
    public record Facts(
            long outstreamStart,
            long outstreamEnd,
            long firmEnd,
            boolean piecewise,
            long consumed,
            long nextOrdinal,
            int interimsLogged,
            boolean ended,
            String broken) {}

    /**
     * Plans the promotion of a flow.
     *
     * @param clientAcked outstream bytes acknowledged by the client; an acknowledged FIN counts one
     */
    public static PromotionPlan of(Facts facts, long clientAcked) {
        if (facts.broken() != null) {
            return abort(facts, facts.broken());
        }
        boolean close = facts.ended() || facts.piecewise();
        long end = facts.piecewise() ? facts.outstreamEnd() : facts.firmEnd();
        if (close && clientAcked == end + 1) {
            return over(facts, end);
        }
        if (clientAcked > end) {
            return abort(facts, "the client acknowledged " + clientAcked + " of " + end + " bytes");
        }
        if (clientAcked < facts.outstreamStart()) {
            return abort(facts, "bytes from " + clientAcked + " on are no longer kept");
        }
        return new PromotionPlan(
                clientAcked,
                end,
                facts.consumed(),
                facts.nextOrdinal(),
                facts.interimsLogged(),
                close ? Ending.CLOSE : Ending.SERVE,
                "");
    }

    private static PromotionPlan over(Facts facts, long end) {
        return new PromotionPlan(
                end, end, facts.consumed(), facts.nextOrdinal(), 0, Ending.OVER, "");
    }

    private static PromotionPlan abort(Facts facts, String problem) {
        return new PromotionPlan(
                0, 0, facts.consumed(), facts.nextOrdinal(), 0, Ending.ABORT, problem);
    }

    /** Bytes owed to the client. */
    public long owedBytes() {
        return writeTo - writeFrom;
    }
}
