package org.coralha.witnessbench;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * The protocol stack of a member: the transport of the reply log, short timeouts everywhere, the
 * log forced to disk.
 */
final class RaftStack {
    /** Members in the order in which raft knows them: two hosts and the witness. */
    static final String[] MEMBERS = {"a", "b", "w"};

    private static final String OWN_DETECTION =
            """
            <FD_SOCK2 bind_addr="%1$s" offset="100" port_range="1" connect_timeout="50"/>
            <FD_ALL3 timeout="75" interval="25"/>
            """;
    private static final String XML =
            """
            <config xmlns="urn:org:jgroups">
              <TCP bind_addr="%1$s" bind_port="7900" port_range="0" client_bind_addr="%1$s"
                   tcp_nodelay="true" sock_conn_timeout="50" peer_addr_read_timeout="50"
                   bundler_type="pd" message_processing_policy="all-direct"
                   use_virtual_threads="false" diag.enabled="false" log_accept_error="false"
                   log_details="false" log_discard_msgs="false" log_discard_msgs_version="false"
                   thread_pool.min_threads="4" thread_pool.max_threads="32"
                   thread_pool.keep_alive_time="30000"/>
              <TCPPING initial_hosts="%2$s[7900],%3$s[7900],%4$s[7900]" port_range="0"/>
              <MERGE3 min_interval="200" max_interval="600"/>
              %5$s
              <pbcast.NAKACK2 use_mcast_xmit="false" log_discard_msgs="false" xmit_interval="20"/>
              <UNICAST3 xmit_interval="20"/>
              <pbcast.STABLE desired_avg_gossip="30000" max_bytes="4M"/>
              <raft.NO_DUPES/>
              <pbcast.GMS join_timeout="300" max_join_attempts="0" print_local_addr="false"
                   log_view_warnings="false" view_ack_collection_timeout="50"
                   leave_timeout="200"/>
              <org.coralha.witnessbench.PlacedElection vote_timeout="50"/>
              <raft.RAFT members="a,b,w" raft_id="%6$s" log_dir="%7$s" log_use_fsync="true"
                   resend_interval="20" send_commits_immediately="true"/>
              <raft.REDIRECT/>
            </config>
            """;

    private RaftStack() {}

    /** The address of a member's host. */
    static String address(String member) {
        return "10.79.0." + (11 + java.util.Arrays.asList(MEMBERS).indexOf(member));
    }

    /**
     * @param ownDetection whether JGroups finds out itself who died; else it is told
     */
    static InputStream of(String self, Path logDirectory, boolean ownDetection) {
        String detection = ownDetection ? OWN_DETECTION.formatted(address(self)) : "";
        String xml =
                XML.formatted(
                        address(self),
                        address("a"),
                        address("b"),
                        address("w"),
                        detection,
                        self,
                        logDirectory);
        return new ByteArrayInputStream(xml.getBytes(StandardCharsets.UTF_8));
    }
}
