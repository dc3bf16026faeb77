package org.coralha.heartbeat.format;

import org.coralha.heartbeat.core.PeerBeat;
import org.coralha.kernel.MacAddress;
import org.coralha.pair.HostId;

/**
 * A heartbeat that was authenticated.
 *
 * @param sender which host sent it
 * @param mac address of the interface that carries the sender's own address
 * @param commonKey number of the newest key that the sender says it has and this host has too, 0 if
 *     it names none
 * @param beat what it says
 */
public record Datagram(HostId sender, MacAddress mac, int commonKey, PeerBeat beat) {}
