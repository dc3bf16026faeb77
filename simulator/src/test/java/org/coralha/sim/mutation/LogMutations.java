package org.coralha.sim.mutation;

import java.util.List;

/** Mistakes in the cores of the reply log and of the promotion. */
final class LogMutations {
    private static final String MODULE = "jetty-module/src/main/java/org/coralha/jetty/";
    private static final String CORE = MODULE + "core/";
    private static final String DUPLEX = MODULE + "duplex/";

    private LogMutations() {}

    static List<Mutation> all() {
        return List.of(
                new Mutation(
                        "released before its acknowledgement",
                        "No byte of a reply leaves before its record is at both hosts.",
                        "NoByteBeforeItsRecord",
                        CORE + "HoldQueue.java",
                        "marks.peekFirst().lsn() <= ackedLsn)",
                        "marks.peekFirst().lsn() <= ackedLsn + 1)"),
                new Mutation(
                        "released when logged",
                        "No byte of a reply leaves before its record is at both hosts.",
                        "NoByteBeforeItsRecord",
                        CORE + "HoldQueue.java",
                        "marks.add(new Mark(lsn, firmEnd));",
                        "releasedEnd = firmEnd;"),
                new Mutation(
                        "promotion writes one byte too late",
                        "What a client receives is of one generation.",
                        "RepliesAreWhole",
                        CORE + "PromotionPlan.java",
                        "return new PromotionPlan( clientAcked, end,",
                        "return new PromotionPlan(Math.min(clientAcked + 1, end), end,"),
                new Mutation(
                        "promotion replays from one byte too early",
                        "What is executed is what the client asked.",
                        "RepliesAreWhole|the cores threw",
                        CORE + "StandbyFlow.java",
                        "consumed = record.consumed();",
                        "consumed = record.consumed() - 1;"),
                new Mutation(
                        "logged request numbered once more",
                        "A logged reply is not made again.",
                        "LoggedReplyIsNotMadeAgain|RepliesAreWhole|TablesAreEmpty",
                        CORE + "StandbyFlow.java",
                        "nextOrdinal = record.ordinal() + 1;",
                        "nextOrdinal = record.ordinal();"),
                new Mutation(
                        "requests kept though they are answered",
                        "A logged reply is not made again.",
                        "LoggedReplyIsNotMadeAgain|RepliesAreWhole|TablesAreEmpty|the cores threw",
                        CORE + "StandbyFlow.java",
                        "consumed = record.consumed();",
                        ""),
                new Mutation(
                        "reply acknowledged and not kept",
                        "What is acknowledged is kept.",
                        "RepliesAreWhole|LoggedReplyIsNotMadeAgain|OneFaultCostsNoConnection|TablesAreEmpty",
                        CORE + "StandbyFlow.java",
                        "firmEnd = outstream.end(); consumed = record.consumed();",
                        "firmEnd = outstream.end() - record.length(); consumed = record.consumed();"),
                new Mutation(
                        "held replies forgotten when the backup is gone",
                        "Every client gets its reply after the last fault.",
                        "TablesAreEmpty|OneFaultCostsNoConnection",
                        DUPLEX + "HeldReplies.java",
                        "queue.releaseAll();",
                        ""),
                new Mutation(
                        "what the client has by now ignored",
                        "What the client has is not sent again.",
                        "OneFaultCostsNoConnection|TablesAreEmpty|RepliesAreWhole",
                        CORE + "StandbyFlow.java",
                        "PromotionPlan.of(facts(), Math.max(acked, clientAcked))",
                        "PromotionPlan.of(facts(), clientAcked)"),
                new Mutation(
                        "sealed log takes records",
                        "After a promotion no record is taken.",
                        "NoByteBeforeItsRecord|RepliesAreWhole|LoggedReplyIsNotMadeAgain",
                        CORE + "StandbyRegistry.java",
                        "if (sealed || !inSequence(record)) {",
                        "if (!inSequence(record)) {"),
                new Mutation(
                        "instream dropped piece by piece too early",
                        "Acknowledged request bytes survive.",
                        "RepliesAreWhole|TablesAreEmpty|OneFaultCostsNoConnection|the cores threw",
                        CORE + "ByteQueue.java",
                        "chunks.peekFirst().end() <= start)",
                        "chunks.peekFirst().start <= start)"));
    }
}
