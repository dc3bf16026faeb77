package org.coralha.sim;

import java.nio.ByteBuffer;
import org.coralha.heartbeat.core.OwnBeat;
import org.coralha.heartbeat.core.PeerBeat;
import org.coralha.heartbeat.core.ReplayRule;
import org.coralha.heartbeat.format.BeatCodec;
import org.coralha.pair.ProtocolException;

/**
 * The heartbeat port of one life of a daemon, by the rules of {@code PeerSocket} and {@code Node}.
 */
final class PeerPort {
    private final SimHost host;
    private final World world;
    private final BeatCodec codec;
    private final long incarnation;
    private final Echo echo;
    private final ReplayRule replays;
    private OwnBeat said = OwnBeat.SILENT;
    private long sequence;

    PeerPort(SimHost host, long incarnation) {
        this.host = host;
        this.world = host.world;
        this.codec = host.codec;
        this.incarnation = incarnation;
        this.echo = new Echo(world.timing);
        this.replays = new ReplayRule(world.timing.silenceNs());
    }

    void say(OwnBeat own, OwnBeat before, long nowNs) {
        echo.say(own, before, nowNs);
    }

    /** The number of the next heartbeat, which will say this. */
    long next(OwnBeat own, long nowNs) {
        echo.choose(own, nowNs);
        said = own;
        sequence++;
        if (world.isTracing()) {
            String what =
                    own.role()
                            + (own.claims() ? ", claims," : "")
                            + " #"
                            + sequence
                            + " echoes "
                            + echo.incarnation()
                            + "/";
            world.trace(host, "says " + what, echo.sequence());
        }
        return sequence;
    }

    /** Sends the heartbeat of that number. */
    void send(boolean lastGasp) {
        world.wire(host).carry(encode(codec, said, lastGasp, sequence), lastGasp);
    }

    /** What a host that says this sends; somebody without its keys signs with others. */
    byte[] encode(BeatCodec by, OwnBeat own, boolean lastGasp, long number) {
        ByteBuffer out = ByteBuffer.allocate(BeatCodec.DATAGRAM_BYTES);
        by.encode(own, lastGasp, incarnation, number, echo.incarnation(), echo.sequence(), out);
        return out.array();
    }

    OwnBeat said() {
        return said;
    }

    long sequence() {
        return sequence;
    }

    /**
     * A datagram has arrived.
     *
     * @param genuine whether the peer has sent it so
     * @return null if it is refused
     */
    PeerBeat open(byte[] datagram, boolean genuine) {
        try {
            PeerBeat beat = codec.decode(ByteBuffer.wrap(datagram)).beat();
            world.invariants.taken(host.id, "a heartbeat", genuine);
            return beat;
        } catch (ProtocolException e) {
            world.refused(host, "a heartbeat", genuine, e.getMessage());
            return null;
        }
    }

    /** The receiving thread has read a heartbeat. */
    void heard(PeerBeat beat) {
        echo.heard(beat.incarnation(), beat.sequence());
    }

    /** The core has judged a heartbeat. */
    void judged(PeerBeat beat, boolean fresh, long nowNs) {
        if (replays.suspects(beat, fresh, nowNs)) {
            world.trace(host, "suspects that somebody sends again what is #", beat.sequence());
        }
    }
}
