package org.coralha.heartbeat.io;

import java.nio.file.Path;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.IntPredicate;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.coralha.heartbeat.format.Fingerprint;
import org.coralha.heartbeat.format.HostTraits;
import org.coralha.kernel.DataPlane;
import org.coralha.kernel.MacAddress;
import org.coralha.pair.HostId;
import org.coralha.pair.PairConfig;

/**
 * Everything that a {@link Node} is made of, checked before.
 *
 * @param config configuration of the pair
 * @param fingerprint of the same configuration
 * @param traits what else must be alike on both hosts, as it is now
 * @param self which host this is
 * @param keyFile the HMAC keys of the heartbeats; looked at again when it changes
 * @param witnessKeyFile the HMAC keys shared with the witness, read if the pair has one
 * @param stateDir directory of the epoch file
 * @param runDir directory of the sockets
 * @param jettyUserId numeric id of {@code jetty.user}
 * @param jettyGroup the group that may connect to the module socket, null for the own user only
 * @param plane the data plane, fenced; first asked for when the node is started
 * @param clock the core's time, in nanoseconds since boot: that of the lease, from the first moment
 *     on. Must not stand still while the host is suspended, or the core would not know that it did
 *     not run
 * @param ownMac address of the interface that carries the host's own address
 * @param carrier whether that interface has carrier
 * @param ping asks all outside hosts from the own address; true if one answers within the given
 *     milliseconds
 * @param wire announces the advertised address
 * @param leave takes the advertised address off this host; throws nothing
 * @param fatal told of what must not happen; ends the process
 * @param refuse told why this host must not pair; ends the process
 * @param end told that an operator has stopped this host; ends the process
 */
public record NodeSpec(
        PairConfig config,
        Fingerprint fingerprint,
        Supplier<HostTraits> traits,
        HostId self,
        Path keyFile,
        Path witnessKeyFile,
        Path stateDir,
        Path runDir,
        long jettyUserId,
        String jettyGroup,
        Supplier<DataPlane> plane,
        LongSupplier clock,
        MacAddress ownMac,
        BooleanSupplier carrier,
        IntPredicate ping,
        AddressAnnouncer.Wire wire,
        Runnable leave,
        BiConsumer<String, Throwable> fatal,
        Consumer<String> refuse,
        Runnable end) {}
