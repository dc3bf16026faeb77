package org.coralha.jetty.io.jgroups;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;

/**
 * The JGroups stack of the reply log. Chosen by measurement: TCP, one sending queue per destination
 * (bundles while the socket is busy: a group commit), receiving on the reader's own thread, no
 * Nagle. Flow control is left out: the log's window does it, and a sender must not block.
 */
final class ProtocolStack {
    private static final String XML =
            """
            <config xmlns="urn:org:jgroups">
              <TCP bind_addr="%1$s" bind_port="%2$d" port_range="0" client_bind_addr="%1$s"
                   tcp_nodelay="true" sock_conn_timeout="500" peer_addr_read_timeout="500"
                   bundler_type="pd" message_processing_policy="all-direct"
                   use_virtual_threads="false" diag.enabled="false" log_accept_error="false"
                   log_details="false" log_discard_msgs="false" log_discard_msgs_version="false"
                   thread_pool.min_threads="0" thread_pool.max_threads="16"
                   thread_pool.keep_alive_time="30000"/>
              <TCPPING initial_hosts="%3$s[%2$d],%4$s[%2$d]" port_range="0"/>
              <MERGE3 min_interval="500" max_interval="1500"/>
              <FD_SOCK2 bind_addr="%1$s" offset="100" port_range="1" connect_timeout="500"/>
              <FD_ALL3 timeout="8000" interval="2000"/>
              <VERIFY_SUSPECT2 timeout="500"/>
              <pbcast.NAKACK2 use_mcast_xmit="false" log_discard_msgs="false"/>
              <UNICAST3 xmit_interval="200"/>
              <pbcast.STABLE desired_avg_gossip="30000" max_bytes="4M"/>
              <pbcast.GMS join_timeout="400" max_join_attempts="5" print_local_addr="false"
                   log_view_warnings="false" view_ack_collection_timeout="500"
                   leave_timeout="200"/>
            </config>
            """;

    private ProtocolStack() {}

    static InputStream of(InetAddress self, int port, InetAddress hostA, InetAddress hostB) {
        String xml =
                XML.formatted(
                        self.getHostAddress(),
                        port,
                        hostA.getHostAddress(),
                        hostB.getHostAddress());
        return new ByteArrayInputStream(xml.getBytes(StandardCharsets.UTF_8));
    }
}
