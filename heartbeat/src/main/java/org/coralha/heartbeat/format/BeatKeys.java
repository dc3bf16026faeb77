package org.coralha.heartbeat.format;

import org.coralha.pair.keys.KeyRing;

/** The keys that heartbeats are signed and checked with. Safe from any thread. */
public interface BeatKeys {
    /**
     * What to sign a datagram with.
     *
     * @param ring the keys of this host
     * @param id number of the key to sign with, one of the ring
     */
    record InForce(KeyRing ring, int id) {}

    /** The keys of this host, to check with. */
    KeyRing ring();

    /** What to sign the next datagram with. */
    InForce next();

    /** Keys that never change, of which the newest signs. */
    static BeatKeys fixed(KeyRing ring) {
        InForce always = new InForce(ring, ring.newest());
        return new BeatKeys() {
            @Override
            public KeyRing ring() {
                return ring;
            }

            @Override
            public InForce next() {
                return always;
            }
        };
    }
}
