package org.coralha.heartbeat.io;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.coralha.heartbeat.format.BeatKeys;
import org.coralha.pair.ConfigException;
import org.coralha.pair.keys.KeyRing;
import org.coralha.pair.keys.KeyRingFile;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The keys of this host's heartbeats, and which of them the peer has. Signed is with the newest key
 * that both have, as the peer's last current heartbeat says; as long as none says so, with each key
 * in turn, so that a peer that has any of them hears this host. A changed file is taken over
 * without a restart, unless it is wrong or would leave the pair without a common key, now or when a
 * peer that is away comes back.
 */
final class KeyKeeper implements BeatKeys {
    private static final Logger LOG = LoggerFactory.getLogger(KeyKeeper.class);
    private static final long STATEMENT_NS = 1_000_000_000L;

    private final Path file;
    private final long statementNs;
    private final Alarms alarms;
    private Map<String, Object> seen;
    private int turn;
    private volatile KeyRing ring;
    private volatile Statement statement = new Statement(0, 0);

    /** The newest key that both have, said at that time; 0 if nothing was said. */
    private record Statement(int common, long atNs) {}

    private KeyKeeper(
            Path file, KeyRing ring, Map<String, Object> seen, long silenceNs, Alarms alarms) {
        this.file = file;
        this.ring = ring;
        this.seen = seen;
        this.statementNs = Math.max(STATEMENT_NS, silenceNs);
        this.alarms = alarms;
    }

    /**
     * Reads the file for the first time.
     *
     * @param silenceNs for how long a peer may be silent and still be there
     * @throws IOException naming everything that is wrong with it
     */
    static KeyKeeper open(Path file, long silenceNs, Alarms alarms) throws IOException {
        try {
            Map<String, Object> seen = stamp(file);
            return new KeyKeeper(file, KeyRingFile.read(file), seen, silenceNs, alarms);
        } catch (ConfigException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    private static Map<String, Object> stamp(Path file) throws IOException {
        return Files.readAttributes(file, "unix:ino,ctime,size");
    }

    @Override
    public synchronized InForce next() {
        KeyRing own = ring;
        int common = common(System.nanoTime());
        if (own.has(common)) {
            return new InForce(own, common);
        }
        List<Integer> ids = own.ids();
        turn = (turn + 1) % ids.size();
        return new InForce(own, ids.get(ids.size() - 1 - turn));
    }

    /** The newest key that both hosts have; 0 while the peer does not say so. */
    int common(long nowNs) {
        Statement last = statement;
        return nowNs - last.atNs < statementNs ? last.common : 0;
    }

    @Override
    public KeyRing ring() {
        return ring;
    }

    /**
     * A current heartbeat of the peer says which keys it has. One that is sent again must not get
     * here: it could have this host sign with a key that the peer has no more.
     */
    void peerHas(int newestCommon, long nowNs) {
        statement = new Statement(newestCommon, nowNs);
    }

    /** Takes a changed file over; called again and again, by one thread. */
    void poll(long nowNs) {
        try {
            Map<String, Object> now = stamp(file);
            if (now.equals(seen)) {
                return;
            }
            KeyRing fresh = KeyRingFile.read(file);
            // However long ago: a peer that comes back without a common key hears nobody, and that
            // is what a partition is.
            int common = statement.common;
            if (ring.has(common) && !fresh.shares(common, ring)) {
                refuse(
                        "has no longer key "
                                + common
                                + ", the newest that the peer "
                                + (common(nowNs) == 0 ? "had when it was heard last" : "has")
                                + ": copy the new keys to the peer first; if it never comes back,"
                                + " restart this daemon");
                return;
            }
            adopt(fresh);
            seen = now;
        } catch (IOException e) {
            refuse("cannot be read: " + e);
        } catch (ConfigException e) {
            refuse(String.join("; ", e.problems()));
        }
    }

    private synchronized void adopt(KeyRing fresh) {
        LOG.info("heartbeat {} are in force, before: {}", fresh, ring);
        ring = fresh;
        turn = 0;
    }

    private void refuse(String problem) {
        alarms.raise("keys.file", file.toString(), "the old keys stay in force: " + problem);
    }
}
