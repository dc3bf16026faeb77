package org.coralha.sim.mutation;

import java.util.List;

/** Mistakes in the core that decides who serves. */
final class DecisionMutations {
    private static final String CORE = "heartbeat/src/main/java/org/coralha/heartbeat/core/";

    private DecisionMutations() {}

    static List<Mutation> all() {
        return List.of(
                new Mutation(
                        "epoch persisted after the flip",
                        "An epoch is on disk before anything is sent in it.",
                        "EpochOnDiskFirst",
                        CORE + "Reign.java",
                        """
                        actions.add(new Action.PersistEpoch(epoch));
                        actions.add(new Action.Plane(Mode.SIMPLEX));
                        """,
                        """
                        actions.add(new Action.Plane(Mode.SIMPLEX));
                        actions.add(new Action.PersistEpoch(epoch));
                        """),
                new Mutation(
                        "joiner does not persist the epoch",
                        "An epoch is on disk before a host takes part in it.",
                        "EpochOnDiskFirst",
                        CORE + "Reign.java",
                        """
                        sole.end().ifPresent(actions::add);
                        actions.add(new Action.PersistEpoch(epoch));
                        tell(epoch, ServiceRole.BACKUP,
                        """,
                        """
                        sole.end().ifPresent(actions::add);
                        tell(epoch, ServiceRole.BACKUP,
                        """),
                new Mutation(
                        "peer told before the fence",
                        "Who says that it does not serve sends nothing any more.",
                        "OneSenderAtATime",
                        CORE + "Reign.java",
                        """
                        actions.add(new Action.Plane(forwarding ? Mode.FORWARD_ONLY : Mode.FENCED));
                        actions.add(new Action.Announce(GASP_COPIES, true));
                        """,
                        """
                        actions.add(new Action.Announce(GASP_COPIES, true));
                        actions.add(new Action.Plane(forwarding ? Mode.FORWARD_ONLY : Mode.FENCED));
                        """),
                new Mutation(
                        "module released before the flip",
                        "Held replies are released when the data plane is switched, not before.",
                        "FlipBeforeRelease",
                        CORE + "Reign.java",
                        """
                        actions.add(new Action.Plane(Mode.SIMPLEX));
                        actions.add(new Action.Announce(CHANGE_COPIES, false));
                        if (jetty.role() != ServiceRole.SIMPLEX) {
                        tell(epoch, ServiceRole.SIMPLEX, why, withFlows, nowNs, actions);
                        }
                        """,
                        """
                        if (jetty.role() != ServiceRole.SIMPLEX) {
                        tell(epoch, ServiceRole.SIMPLEX, why, withFlows, nowNs, actions);
                        }
                        actions.add(new Action.Plane(Mode.SIMPLEX));
                        actions.add(new Action.Announce(CHANGE_COPIES, false));
                        """),
                new Mutation(
                        "packets of clients before the module stands by",
                        "A backup keeps every byte that its sockets receive.",
                        "ModuleBeforePlane",
                        CORE + "Reign.java",
                        "return become(HostRole.JOINING, why, nowNs, actions);",
                        """
                        actions.add(new Action.Plane(Mode.BACKUP));
                        return become(HostRole.JOINING, why, nowNs, actions);
                        """),
                new Mutation(
                        "epochs of both hosts alike",
                        "An epoch belongs to one host.",
                        "OneSenderPerEpoch",
                        CORE + "Reign.java",
                        "return self.nextEpochAfter(",
                        "return 1 + ("),
                new Mutation(
                        "epoch of the peer not surpassed",
                        "A reign has an epoch above every one that is known.",
                        "ReignAboveAllHeard|OneSenderPerEpoch|EpochNeverGoesBack",
                        CORE + "Reign.java",
                        "Math.max(peer.highestEpoch(), seenByWitness)",
                        "seenByWitness"),
                new Mutation(
                        "epoch on disk forgotten at the start",
                        "A host never goes back to an earlier epoch.",
                        "EpochNeverGoesBack|OneSenderPerEpoch",
                        CORE + "Reign.java",
                        "Math.max(Math.max(epoch, offerEpoch), floor)",
                        "Math.max(epoch, offerEpoch)"),
                new Mutation(
                        "epoch kept that the disk has refused",
                        "An epoch is on disk before the peer hears of it.",
                        "EpochOnDiskFirst",
                        CORE + "RoleCore.java",
                        "reign.takeEpochBack();",
                        ""),
                new Mutation(
                        "last gasp believed whatever its age",
                        "An old message changes nothing.",
                        "OneSenderAtATime|OneHeir|NewsOrOutside",
                        CORE + "RoleCore.java",
                        "if (verdict != PeerSession.Verdict.FRESH) {",
                        """
                        if (beat.lastGasp() && role() == HostRole.BACKUP) {
                        return reign.takeOver("last gasp", nowNs);
                        }
                        if (verdict != PeerSession.Verdict.FRESH) {
                        """),
                new Mutation(
                        "replayed sequence accepted",
                        "An old message changes nothing.",
                        "OneSenderAtATime|OneHeir",
                        CORE + "PeerSession.java",
                        "} else if (beat.sequence() <= last.sequence()) {",
                        "} else if (beat.sequence() == last.sequence()) {"),
                new Mutation(
                        "earlier life of the peer accepted",
                        "A message of an earlier life of the peer changes nothing.",
                        "OneSenderAtATime|OneHeir",
                        CORE + "PeerSession.java",
                        "if (beat.echoIncarnation() != ownIncarnation || beat.echoSequence() <= lastEcho) {",
                        "if (beat.sequence() == 0) {"),
                new Mutation(
                        "own heartbeats renew the primary's lease",
                        "A lease ends before the peer can take over.",
                        "OneSenderAtATime",
                        CORE + "Lease.java",
                        "if (!byEcho && nowNs >= listenUntilNs) {",
                        "if (nowNs >= listenUntilNs) {"),
                new Mutation(
                        "lease counted from the last heartbeat, not the echoed one",
                        "A lease ends before the peer can take over.",
                        "OneSenderAtATime",
                        CORE + "Lease.java",
                        "extend(sentNs[slot]);",
                        "extend(lastSentNs);"),
                new Mutation(
                        "lease as long as the silence limit",
                        "A lease ends before the peer can take over.",
                        "OneSenderAtATime",
                        CORE + "Timing.java",
                        "return silenceNs - 2 * tickNs - silenceNs / 20;",
                        "return silenceNs;"),
                new Mutation(
                        "late switch renews the lease",
                        "A host that did not run does not speak before it has listened.",
                        "OneSenderAtATime",
                        CORE + "Lease.java",
                        """
                        if (nowNs - lastSentNs <= lengthNs) {
                        listenUntilNs = 0;
                        }
                        """,
                        """
                        listenUntilNs = 0;
                        lastSentNs = nowNs;
                        """),
                new Mutation(
                        "takeover without an outside host",
                        "A host whose network is away does not take over.",
                        "NewsOrOutside",
                        CORE + "Vigil.java",
                        "if (silenceNs >= timing.silenceNs() && outside.reachable(nowNs)) {",
                        "if (silenceNs >= timing.silenceNs()) {"),
                new Mutation(
                        "stalled log of an unheard peer believed",
                        "A host whose network is away does not serve anew.",
                        "NewsOrOutside",
                        CORE + "RoleCore.java",
                        "if (!vigil.hears(nowNs)) {",
                        "if (stalledMs < 0) {"),
                new Mutation(
                        "late tick counts in full",
                        "A host that did not run does not accuse its peer.",
                        "OneSenderAtATime",
                        CORE + "RoleCore.java",
                        "elapsedNs = 2 * timing.tickNs();",
                        ""),
                new Mutation(
                        "sleeper acts on what waits in its queues",
                        "A host that did not run does not accuse its peer.",
                        "OneSenderAtATime|OneHeir|NewsOrOutside",
                        CORE + "RoleCore.java",
                        "vigil.slept(nowNs - lastTickNs, nowNs);",
                        ""),
                new Mutation(
                        "deposed host serves on",
                        "A host that hears of a higher reign ends its own.",
                        "BackToDuplex|OneSenderAtATime|OneHeir",
                        CORE + "RoleCore.java",
                        "if (beat.role().serves() && beat.epoch() > reign.epoch()) {",
                        "if (beat.role().serves() && beat.epoch() > reign.epoch() && reign.yielding()) {"),
                new Mutation(
                        "primary goes on after a reign of its peer",
                        "Connections are carried on by one host only.",
                        "OneHeir|RepliesAreWhole",
                        CORE + "Reign.java",
                        "return (stoodBy || role.stoodBy()) && ",
                        "return stoodBy && "),
                new Mutation(
                        "cut primary goes on when its peer is silent",
                        "Connections are carried on by one host only.",
                        "OneHeir|OneSenderWithAWitness",
                        CORE + "Vigil.java",
                        "reign.wasStoodBy()",
                        "reign.epoch() == 0"),
                new Mutation(
                        "backup promoted after its primary went on alone",
                        "Connections are carried on by one host only.",
                        "OneHeir",
                        CORE + "BeatRules.java",
                        "if (beat.epoch() > reign.epoch() || beat.claims()) {",
                        "if (beat.claims()) {"),
                new Mutation(
                        "host that slept carries on what its silent peer may have",
                        "Connections are carried on by one host only.",
                        "OneHeir|RepliesAreWhole",
                        CORE + "Vigil.java",
                        "doubtedEpoch = reign.epoch();",
                        ""),
                new Mutation(
                        "epoch that is only reserved taken for a reign",
                        "One fault costs no connection.",
                        "OneFaultCostsNoConnection",
                        CORE + "BeatRules.java",
                        "(tooSoon || vigil.isPaused()",
                        "(vigil.isPaused()"));
    }
}
