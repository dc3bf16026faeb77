/**
 * What a capture at the client says about the service's packets: a small pcap reader, a parser of
 * TCP segments, and the check of the rules that every fault must leave intact. Pure but for reading
 * the file.
 */
package org.coralha.wire;
