package org.coralha.sim.mutation;

import java.util.List;

/** Mistakes in what is read of the wire and of the disk. */
final class WireMutations {
    private static final String HEARTBEAT = "heartbeat/src/main/java/org/coralha/heartbeat/";
    private static final String BEATS = HEARTBEAT + "format/BeatCodec.java";
    private static final String WITNESS = HEARTBEAT + "format/WitnessCodec.java";
    private static final String ONLY_THE_PAIR = "OnlyThePairIsHeard";

    private WireMutations() {}

    static List<Mutation> all() {
        return List.of(
                new Mutation(
                        "HMAC of heartbeats not checked",
                        "What nobody of the pair has signed changes nothing.",
                        ONLY_THE_PAIR,
                        BEATS,
                        "check(seal.verify(id, signed, claimed), \"hmac\");",
                        "seal.verify(id, signed, claimed);"),
                new Mutation(
                        "HMAC checked up to a length that the sender names",
                        "What nobody of the pair has signed changes nothing.",
                        ONLY_THE_PAIR,
                        BEATS,
                        "check(in.remaining() == DATAGRAM_BYTES, \"length\");",
                        "check(in.remaining() >= DATAGRAM_BYTES, \"length\");"),
                new Mutation(
                        "own heartbeats taken for the peer's",
                        "A host does not hear itself.",
                        ONLY_THE_PAIR,
                        BEATS,
                        "check(sender == self.peer().ordinal(), \"sender\");",
                        ""),
                new Mutation(
                        "HMAC of the talk with the witness not checked",
                        "What nobody of the pair has signed changes nothing.",
                        ONLY_THE_PAIR,
                        WITNESS,
                        "check(seal.verify(id, in.slice(start, SIGNED_BYTES), claimed), \"hmac\");",
                        "seal.verify(id, in.slice(start, SIGNED_BYTES), claimed);"),
                new Mutation(
                        "a question that comes back taken for its answer",
                        "Only the witness answers.",
                        ONLY_THE_PAIR,
                        WITNESS,
                        "check(in.get(start + 5) == kind, \"kind\");",
                        ""),
                new Mutation(
                        "epoch written over the one before it",
                        "A torn write loses no epoch that was on disk.",
                        "EpochNeverGoesBack",
                        HEARTBEAT + "format/EpochSlots.java",
                        """
                        highest = epoch;
                        nextSlot = (nextSlot + 1) % SLOTS;
                        }
                        private static
                        """,
                        "highest = epoch; } private static"),
                new Mutation(
                        "after a start epoch written over the highest one",
                        "A torn write loses no epoch that was on disk.",
                        "EpochNeverGoesBack",
                        HEARTBEAT + "format/EpochSlots.java",
                        "nextSlot = (i + 1) % SLOTS;",
                        "nextSlot = i;"),
                new Mutation(
                        "first whole slot taken for the newest",
                        "A host never goes back to an earlier epoch.",
                        "EpochNeverGoesBack",
                        HEARTBEAT + "format/EpochSlots.java",
                        "if (epoch >= highest) {",
                        "if (highest == 0) {"));
    }
}
