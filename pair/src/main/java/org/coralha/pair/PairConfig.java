package org.coralha.pair;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import org.coralha.pair.keys.KeyDirectory;

/**
 * The configuration of the pair, frozen and checked: the content of {@code pair.properties}, which
 * is the same file on both hosts. Obtained from {@link PairConfigParser}.
 *
 * @param pairName name of the pair, in pins, sockets and the JGroups cluster
 * @param service the advertised address and TCP port
 * @param hostA own address of host a, in the subnet of the advertised address
 * @param hostB own address of host b
 * @param preferred the host that serves first when both start together
 * @param heartbeat heartbeat settings
 * @param keys directory with the secrets of the pair
 * @param outside hosts outside the subnet, pinged to prove reachability; at least one
 * @param witness address and UDP port of the witness, empty if the pair has none
 * @param replyLog reply log settings
 * @param jetty Jetty process settings
 * @param acknowledgement which of a client's bytes the primary acknowledges
 * @param startAloneMs how long a starting host waits for its peer before it serves alone
 * @param flowEndedMs how long a connection that has ended is remembered
 * @param digest SHA-256 over all keys and values, 32 bytes: equal on both hosts or they do not pair
 */
public record PairConfig(
        String pairName,
        InetSocketAddress service,
        InetAddress hostA,
        InetAddress hostB,
        HostId preferred,
        Heartbeat heartbeat,
        KeyDirectory keys,
        List<InetAddress> outside,
        Optional<InetSocketAddress> witness,
        ReplyLog replyLog,
        Jetty jetty,
        Acknowledgement acknowledgement,
        int startAloneMs,
        int flowEndedMs,
        Digest digest) {

    /** Copies the list. */
    public PairConfig {
        outside = List.copyOf(outside);
    }

    /**
     * @param port UDP port
     * @param periodMs time between two heartbeats
     * @param limit periods without a heartbeat after which the peer is gone
     */
    public record Heartbeat(int port, int periodMs, int limit) {
        /** Silence after which the peer is gone, in milliseconds. */
        public int silenceMs() {
            return periodMs * limit;
        }
    }

    /**
     * @param port TCP port of the JGroups channel
     * @param ackLimitMs age of an unacknowledged record at which the daemon must decide
     * @param windowBytes record bytes that may be on the way without acknowledgement
     * @param memoryBytes memory for held replies, or logged replies and requests; more is spooled
     * @param spoolBytes space for what is spooled; a connection that needs more loses its
     *     protection or, at the primary, is closed
     * @param replyLimitBytes largest reply that is held whole; a larger one is released piecewise
     */
    public record ReplyLog(
            int port,
            int ackLimitMs,
            long windowBytes,
            long memoryBytes,
            long spoolBytes,
            long replyLimitBytes) {}

    /**
     * @param user operating system user that runs Jetty; only its processes may talk to the daemon
     * @param pulseMs time between two signs of life
     * @param pulseLimitMs silence after which Jetty counts as crashed
     * @param warmPaths paths that a host which does not serve asks itself for
     * @param warmLimitMs longest time that it warms itself up before it is ready
     */
    public record Jetty(
            String user, int pulseMs, int pulseLimitMs, List<String> warmPaths, int warmLimitMs) {
        /** Copies the list. */
        public Jetty {
            warmPaths = List.copyOf(warmPaths);
        }
    }

    /**
     * Name and addresses: what no other pair has, whatever its name is, and what stays when this
     * one is tuned.
     */
    public String identity() {
        return String.join(
                " ",
                pairName,
                service.getAddress().getHostAddress(),
                Integer.toString(service.getPort()),
                hostA.getHostAddress(),
                hostB.getHostAddress());
    }

    /** Own address of that host. */
    public InetAddress addressOf(HostId host) {
        return host == HostId.A ? hostA : hostB;
    }
}
