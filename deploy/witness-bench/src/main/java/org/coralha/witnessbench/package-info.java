/**
 * Measures what a witness built on jgroups-raft adds to a failover, beside the smallest vote that
 * is possible: one datagram, one forced write, one answer. Not part of the product; the figures are
 * in docs/adr/0009-witness.md. {@link org.coralha.witnessbench.WitnessBench} drives, {@link
 * org.coralha.witnessbench.Member} is one of three processes that it drives.
 */
package org.coralha.witnessbench;
