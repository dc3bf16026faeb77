package org.coralha.heartbeat.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.coralha.pair.ServiceRole;
import org.coralha.pair.fuzz.Corpus;
import org.coralha.pair.fuzz.FuzzInput;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Which authenticated heartbeats are believed, in any order, repeated, and of any life. The peer
 * does not lie: a life that has ended sends nothing new, and echoes never move back.
 */
public final class PeerSessionFuzzTest {
    private static final long OWN_INCARNATION = 7;
    private static final long OWN_EPOCH = 3;

    /** Sends heartbeats, one life after the other. */
    private static final class Peer {
        private final FuzzInput in;
        private long life = 1;
        private long sequence;
        private long echo;

        Peer(FuzzInput in) {
            this.in = in;
        }

        PeerBeat next() {
            boolean restarted = in.below(8) == 0;
            life += restarted ? 1 : 0;
            sequence = restarted ? 1 : sequence + 1 + in.below(3);
            echo = Math.max(echo, number(in));
            return beat(in, life, sequence, echo);
        }
    }

    /** What a session shows; the same before and after what it does not believe. */
    private record Shown(
            PeerBeat last,
            long silenceNs,
            long unheardNs,
            long countedEcho,
            long highestEpoch,
            boolean present,
            boolean lastServed) {
        static Shown of(PeerSession session) {
            return new Shown(
                    session.last(),
                    session.silenceNs(),
                    session.unheardNs(),
                    session.countedEcho(),
                    session.highestEpoch(),
                    session.present(),
                    session.lastServed());
        }
    }

    /** Lets a session hear the input's heartbeats. */
    public static void fuzzerTestOneInput(byte[] data) {
        FuzzInput in = new FuzzInput(data);
        PeerSession session = new PeerSession(OWN_INCARNATION);
        Set<PeerBeat> believed = new HashSet<>();
        List<PeerBeat> sent = new ArrayList<>();
        Peer peer = new Peer(in);
        sent.add(peer.next());
        while (in.hasMore()) {
            switch (in.below(8)) {
                case 0 -> session.silent(in.octet());
                case 1 -> session.restartSilence();
                case 2 -> session.giveUp();
                case 3 -> session.giveUpUnlessReady();
                case 4 -> hear(session, sent.get(in.below(sent.size())), believed);
                default -> {
                    PeerBeat beat = peer.next();
                    sent.add(beat);
                    hear(session, beat, believed);
                }
            }
        }
    }

    private static void hear(PeerSession session, PeerBeat beat, Set<PeerBeat> believed) {
        Shown before = Shown.of(session);
        if (session.accept(beat, OWN_EPOCH) != PeerSession.Verdict.FRESH) {
            assertEquals(before, Shown.of(session), "what is not believed changes nothing");
            return;
        }
        assertTrue(believed.add(beat), "a replay: " + beat);
        boolean sameLife = before.last != null && before.last.incarnation() == beat.incarnation();
        assertTrue(
                sameLife || beat.echoIncarnation() == OWN_INCARNATION,
                "a life that has not heard this one");
        assertTrue(!sameLife || beat.sequence() > before.last.sequence(), "overtaken: " + beat);
        assertTrue(session.present() && session.silenceNs() == 0);
        assertTrue(session.highestEpoch() >= Math.max(before.highestEpoch, beat.epoch()));
        assertTrue(session.highestEpoch() >= beat.floor());
        assertTrue(session.countedEcho() >= before.countedEcho, "a lease moves back");
    }

    private static PeerBeat beat(FuzzInput in, long life, long sequence, long echo) {
        return new PeerBeat(
                life,
                sequence,
                in.below(4) == 0 ? in.octet() : OWN_INCARNATION,
                echo,
                number(in),
                number(in),
                ServiceRole.values()[in.below(ServiceRole.values().length)],
                in.flag(),
                in.flag(),
                in.flag(),
                in.flag(),
                in.flag(),
                in.flag(),
                in.octet(),
                in.octet(),
                PauseOrder.NONE,
                in.flag(),
                "");
    }

    /** Mostly small, so that numbers meet again. */
    private static long number(FuzzInput in) {
        return in.below(8) == 0 ? in.number64() & Long.MAX_VALUE >> 1 : in.below(16);
    }

    static List<Path> inputs() {
        return Corpus.of(PeerSessionFuzzTest.class);
    }

    @ParameterizedTest
    @MethodSource("inputs")
    void keepsItsProperties(Path input) {
        fuzzerTestOneInput(Corpus.read(input));
    }
}
