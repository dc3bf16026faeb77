package org.coralha.jetty.io.jgroups;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import org.coralha.pair.PairConfig;

/**
 * The JGroups stack of the reply log. Chosen by measurement: TCP, one sending queue per destination
 * (bundles while the socket is busy: a group commit), receiving on the reader's own thread, no
 * Nagle. Flow control is left out: the log's window does it, and a sender must not block.
 *
 * <p>A peer's process that ends is noticed by the end of its TCP connection, so no second port is
 * needed; a host that ends says nothing, but then the daemon has decided long before FD_ALL3.
 */
final class ProtocolStack {
    private static final String XML =
            """
            <config xmlns="urn:org:jgroups">
              <TCP bind_addr="%1$s" bind_port="%2$d" port_range="0" client_bind_addr="%1$s"
                   tcp_nodelay="true" sock_conn_timeout="500" peer_addr_read_timeout="500"
                   bundler_type="pd" message_processing_policy="all-direct"
                   use_virtual_threads="false" diag.enabled="false" log_accept_error="false"
                   enable_suspect_events="true" max_length="1000000"
                   buffered_output_stream_size="72000"
                   log_details="false" log_discard_msgs="false" log_discard_msgs_version="false"
                   thread_pool.min_threads="0" thread_pool.max_threads="16"
                   thread_pool.keep_alive_time="30000"/>
              <TCPPING initial_hosts="%3$s[%2$d],%4$s[%2$d]" port_range="0"/>
              <MERGE3 min_interval="500" max_interval="1500"/>
              <FD_ALL3 timeout="%5$d" interval="2000"/>
              <VERIFY_SUSPECT2 timeout="500"/>
              <pbcast.NAKACK2 use_mcast_xmit="false" log_discard_msgs="false"/>
              <UNICAST3 xmit_interval="200"/>
              <pbcast.STABLE desired_avg_gossip="30000" max_bytes="4M"/>
              <pbcast.GMS join_timeout="400" max_join_attempts="5" print_local_addr="false"
                   log_view_warnings="false" view_ack_collection_timeout="500"
                   leave_timeout="200"/>
            </config>
            """;

    /** What JGroups waits longer than a daemon before it gives a silent peer up itself. */
    private static final int SILENCE_MS = 3_000;

    /** So long may a Jetty be silent before its daemon takes that for a hang, on a busy machine. */
    private static final int PULSE_LIMITS = 5;

    private ProtocolStack() {}

    static InputStream of(InetAddress self, PairConfig config) {
        String xml =
                XML.formatted(
                        self.getHostAddress(),
                        config.replyLog().port(),
                        config.hostA().getHostAddress(),
                        config.hostB().getHostAddress(),
                        SILENCE_MS + PULSE_LIMITS * config.jetty().pulseLimitMs());
        return new ByteArrayInputStream(xml.getBytes(StandardCharsets.UTF_8));
    }
}
