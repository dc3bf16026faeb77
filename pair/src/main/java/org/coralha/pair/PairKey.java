package org.coralha.pair;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The keys of {@code pair.properties} with unit, default and range; the documentation of each is
 * its {@link #help}. A key without default is required.
 */
public enum PairKey {
    PAIR_NAME(
            "pair.name", null, "letters, digits, '-', at most 15: names pins, sockets and cluster"),
    SERVICE_ADDRESS("service.address", null, "the advertised IP address, the same on both hosts"),
    SERVICE_PORT("service.port", null, 1, 65535, "the advertised TCP port"),
    HOST_A_ADDRESS("host.a.address", null, "own IP address of host a, in the advertised subnet"),
    HOST_B_ADDRESS("host.b.address", null, "own IP address of host b, in the advertised subnet"),
    HOST_PREFERRED("host.preferred", "a", "a or b: serves first when both hosts start together"),
    OUTSIDE_ADDRESSES(
            "outside.addresses",
            null,
            "comma-separated IP addresses that answer ping outside the pair; of each family in use"),
    WITNESS_ADDRESS(
            "witness.address",
            "",
            "IP address of a third host that runs coral-witnessd; empty: the pair has no witness"),
    WITNESS_PORT("witness.port", "7947", 1, 65535, "UDP port of the witness"),
    HEARTBEAT_PORT("heartbeat.port", "7946", 1, 65535, "UDP port of the heartbeats"),
    HEARTBEAT_PERIOD_MS("heartbeat.period.ms", "25", 5, 10_000, "time between two heartbeats"),
    HEARTBEAT_LIMIT("heartbeat.limit", "3", 2, 100, "silent periods after which the peer is gone"),
    KEYS_DIR(
            "keys.dir",
            "/etc/coral/keys",
            "directory with the secrets of the pair, made by coralctl keys init"),
    LOG_PORT("log.port", "7800", 1, 65535, "TCP port of the reply log"),
    LOG_ACK_LIMIT_MS(
            "log.ack.limit.ms",
            "2000",
            50,
            60_000,
            "unacknowledged age at which the backup is judged"),
    LOG_WINDOW_BYTES(
            "log.window.bytes",
            "16777216",
            65_536,
            1 << 30,
            "record bytes sent but unacknowledged"),
    LOG_MEMORY_BYTES(
            "log.memory.bytes",
            "67108864",
            1 << 20,
            1L << 40,
            "memory for logged and held bytes; more goes to the spool directory"),
    LOG_SPOOL_BYTES(
            "log.spool.bytes",
            "8589934592",
            1 << 20,
            1L << 50,
            "space in the spool directory; a connection that needs more is not protected any more"),
    REPLY_LIMIT_BYTES(
            "reply.limit.bytes",
            "1073741824",
            65_536,
            1L << 40,
            "largest reply held whole; a larger one is released in pieces"),
    JETTY_USER("jetty.user", "coral", "operating system user that runs Jetty"),
    JETTY_PULSE_MS("jetty.pulse.ms", "100", 10, 10_000, "time between two signs of life of Jetty"),
    JETTY_PULSE_LIMIT_MS(
            "jetty.pulse.limit.ms",
            "1000",
            100,
            600_000,
            "silence after which Jetty counts as crashed"),
    START_ALONE_MS(
            "start.alone.ms", "10000", 0, 3_600_000, "wait for the peer before serving alone"),
    ACKNOWLEDGEMENT(
            "acknowledgement",
            "conditional",
            "when a client learns what both hosts have taken: conditional, eager or lazy; window"
                    + " and off acknowledge what the backup may lack"),
    FLOW_ENDED_MS(
            "flow.ended.ms",
            "30000",
            1000,
            600_000,
            "how long a host remembers a connection that has ended, for what its client may repeat;"
                    + " twice as long if the client has not said that it knows the end"),
    WARM_PATHS(
            "warm.paths",
            "",
            "comma-separated paths that a host which does not serve asks itself for by GET, so that"
                    + " a takeover finds the application warm; they must be safe to execute"),
    WARM_LIMIT_MS(
            "warm.limit.ms",
            "5000",
            0,
            600_000,
            "longest time that a starting Jetty warms itself up before it says that it is ready");

    private final String key;
    private final String defaultValue;
    private final boolean numeric;
    private final long min;
    private final long max;
    private final String help;

    PairKey(String key, String defaultValue, String help) {
        this(key, defaultValue, false, 0, 0, help);
    }

    PairKey(String key, String defaultValue, long min, long max, String help) {
        this(key, defaultValue, true, min, max, help);
    }

    PairKey(String key, String defaultValue, boolean numeric, long min, long max, String help) {
        this.key = key;
        this.defaultValue = defaultValue;
        this.numeric = numeric;
        this.min = min;
        this.max = max;
        this.help = help;
    }

    /** The key as it stands in the file. */
    public String key() {
        return key;
    }

    /** The value used when the file does not name the key; empty if the key is required. */
    public Optional<String> defaultValue() {
        return Optional.ofNullable(defaultValue);
    }

    /** One line for people: unit and range included. */
    public String help() {
        return numeric ? help + " (" + min + ".." + max + ")" : help;
    }

    /** The key of that name. */
    public static Optional<PairKey> named(String key) {
        for (PairKey candidate : values()) {
            if (candidate.key.equals(key)) {
                return Optional.of(candidate);
            }
        }
        return Optional.empty();
    }

    /** Every key that resembles a mistyped one, best first: what to offer as remedy. */
    static List<String> similarTo(String wrong) {
        List<String> similar = new ArrayList<>();
        for (PairKey candidate : values()) {
            if (candidate.key.regionMatches(true, 0, wrong, 0, Math.min(6, wrong.length()))) {
                similar.add(candidate.key);
            }
        }
        return similar;
    }

    /** The number, or a sentence in {@code problems} and the minimum. */
    long number(String value, List<String> problems) {
        try {
            long number = Long.parseLong(value);
            if (number >= min && number <= max) {
                return number;
            }
        } catch (NumberFormatException e) {
            // reported below, together with numbers out of range
        }
        problems.add(key + "=" + value + " is not a whole number in " + min + ".." + max);
        return min;
    }
}
