package org.coralha.sim.mutation;

import java.util.List;

/** Mistakes that show when the link is lost, connections end, or ports are used again. */
final class LinkMutations {
    private static final String MODULE = "jetty-module/src/main/java/org/coralha/jetty/";
    private static final String CORE = MODULE + "core/";
    private static final String DUPLEX = MODULE + "duplex/";

    private LinkMutations() {}

    static List<Mutation> all() {
        return List.of(
                new Mutation(
                        "what the peer lacks not sent again",
                        "What a lost link has lost is sent again.",
                        "LogStallsForACause",
                        DUPLEX + "ReplyLog.java",
                        "for (ReplyLogState.Frame frame : state.unacknowledged()) {",
                        "for (ReplyLogState.Frame frame : List.<ReplyLogState.Frame>of()) {"),
                new Mutation(
                        "all that was sent taken for kept when the link is back",
                        "No byte of a reply leaves before its record is at both hosts.",
                        "NoByteBeforeItsRecord",
                        DUPLEX + "ReplyLog.java",
                        "onAck(new LinkFrames.Ack(reign, kept));",
                        "onAck(new LinkFrames.Ack(reign, state.lastLsn()));"),
                new Mutation(
                        "record after a gap kept",
                        "A record out of sequence is not acknowledged.",
                        "NoByteBeforeItsRecord|ReplicasAreWhole",
                        CORE + "StandbyRegistry.java",
                        "? record.lsn() <= lastLsn + 1",
                        "? record.lsn() > 0"),
                new Mutation(
                        "record that came before applied again",
                        "A record that is sent again is kept once.",
                        "ReplicasAreWhole",
                        CORE + "StandbyRegistry.java",
                        "if (record.reign() == reign && record.lsn() <= lastLsn) {",
                        "if (record.reign() == reign && record.lsn() < lastLsn) {"),
                new Mutation(
                        "end shown before its acknowledgement",
                        "No end of a connection is on the wire before its record is at both hosts.",
                        "NoByteBeforeItsRecord",
                        DUPLEX + "HeldReplies.java",
                        "|| endLsn <= log.releasedLsn();",
                        "|| endLsn > 0;"),
                new Mutation(
                        "end not logged",
                        "The backup knows which connections have ended.",
                        "NoByteBeforeItsRecord|TablesAreEmpty",
                        DUPLEX + "HeldReplies.java",
                        "long lsn = records.close().lsn();",
                        "long lsn = 1;"),
                new Mutation(
                        "standby closed before the client has the end",
                        "A standby connection stays until its client has everything, the end included.",
                        "StandbyStaysToTheEnd|OneFaultCostsNoConnection",
                        CORE + "StandbyFlow.java",
                        "return ended && clientAcked > firmEnd && instreamOver;",
                        "return ended && clientAcked >= firmEnd;"),
                new Mutation(
                        "end that the client has shown again as a failure",
                        "A connection that is over is not reset.",
                        "OneFaultCostsNoConnection|TablesAreEmpty",
                        CORE + "PromotionPlan.java",
                        "if (close && clientAcked == end + 1) {",
                        "if (close && clientAcked == end + 2) {"),
                new Mutation(
                        "end of a connection forgotten by its log",
                        "A connection that the primary ended is ended by the survivor.",
                        "TablesAreEmpty|OneFaultCostsNoConnection|RepliesAreWhole",
                        CORE + "StandbyFlow.java",
                        "ended = record.has(LogRecord.CLOSE_AFTER);",
                        "ended = false;"),
                new Mutation(
                        "log goes on when the service is cut off",
                        "That connections end on a host that is cut off does not end them at its peer.",
                        "TablesAreEmpty|OneFaultCostsNoConnection|RepliesAreWhole",
                        DUPLEX + "RoleKeeper.java",
                        "private void cutOff() { log.freeze();",
                        "private void cutOff() {"),
                new Mutation(
                        "log of a connection that is gone opened",
                        "A record of a connection that is gone is acknowledged.",
                        "LogStallsForACause",
                        CORE + "StandbyRegistry.java",
                        "ghosts.add(flow);",
                        ""),
                new Mutation(
                        "log of a connection that is gone given to the next one of its port",
                        "Each connection has a log of its own.",
                        "EachConnectionHasItsLog",
                        CORE + "StandbyRegistry.java",
                        "ghosts.add(flow);",
                        "awaitingOpen.takeIf(f -> f == flow);"));
    }
}
