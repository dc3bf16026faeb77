package org.coralha.heartbeat.core;

/** A heartbeat on the simulated link. */
final class SimBeat {
    private SimBeat() {}

    /**
     * @param known whether what is echoed is of the life of the peer that this host counts
     */
    static PeerBeat of(
            OwnBeat own,
            long incarnation,
            long sequence,
            long echoIncarnation,
            long echoSequence,
            boolean known,
            boolean lastGasp) {
        return new PeerBeat(
                incarnation,
                sequence,
                echoIncarnation,
                echoSequence,
                own.epoch(),
                own.floor(),
                own.role(),
                own.jettyReady(),
                own.logLink(),
                own.addressProven(),
                own.yields(),
                own.claims(),
                own.drops(),
                own.turn(),
                known ? own.echoTurn() : 0,
                own.pause(),
                lastGasp,
                "");
    }
}
