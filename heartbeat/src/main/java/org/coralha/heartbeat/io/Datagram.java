package org.coralha.heartbeat.io;

import org.coralha.heartbeat.core.PeerBeat;
import org.coralha.kernel.MacAddress;
import org.coralha.pair.HostId;

/**
 * A heartbeat that was authenticated.
 *
 * @param sender which host sent it
 * @param mac address of the interface that carries the sender's own address
 * @param beat what it says
 */
record Datagram(HostId sender, MacAddress mac, PeerBeat beat) {}
