package org.coralha.kernel;

import static org.coralha.kernel.PinLayout.SERVICE_ACKNOWLEDGEMENT;
import static org.coralha.kernel.PinLayout.SERVICE_BYTES;
import static org.coralha.kernel.PinLayout.SERVICE_HOST;
import static org.coralha.kernel.PinLayout.SERVICE_KEY_BYTES;
import static org.coralha.kernel.PinLayout.SERVICE_OWN_MAC;
import static org.coralha.kernel.PinLayout.SERVICE_PEER_KNOWN;
import static org.coralha.kernel.PinLayout.SERVICE_PEER_MAC;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import org.coralha.kernel.jna.BpfMap;
import org.coralha.kernel.jna.BpfObject;
import org.coralha.pair.Acknowledgement;

/**
 * The maps that say which service the data plane works for, in which mode, and whether a crash has
 * fenced it. A pin directory holds one service, in slot 0.
 */
final class ServiceTable {
    private static final byte[] SLOT = Words.ofInt(0);
    private static final int KEYS_LIMIT = 64;

    /** A mode's place is its number in types.h. */
    private static final List<DataPlane.Mode> NUMBERED =
            List.of(
                    DataPlane.Mode.FENCED,
                    DataPlane.Mode.SIMPLEX,
                    DataPlane.Mode.PRIMARY,
                    DataPlane.Mode.BACKUP,
                    DataPlane.Mode.FORWARD_ONLY);

    private final BpfMap services;
    private final BpfMap addresses;
    private final BpfMap modes;
    private final BpfMap crashed;
    private final BpfMap leases;
    private final byte[] key;

    ServiceTable(BpfObject programs, InetSocketAddress service) {
        services = programs.map("services", SERVICE_KEY_BYTES, SERVICE_BYTES);
        addresses = programs.map("addresses", MappedAddress.BYTES, SERVICE_KEY_BYTES);
        modes = programs.map("modes", Integer.BYTES, Long.BYTES);
        leases = programs.map("leases", Integer.BYTES, Long.BYTES);
        crashed = programs.map("crashed", Integer.BYTES, Long.BYTES);
        key = key(service);
    }

    /** The key of a service; its first 16 bytes are the address. */
    static byte[] key(InetSocketAddress service) {
        return ByteBuffer.allocate(SERVICE_KEY_BYTES)
                .put(MappedAddress.of(service.getAddress().getAddress()))
                .putShort((short) service.getPort())
                .array();
    }

    byte[] key() {
        return key.clone();
    }

    /** True if the maps belong to another service than this one. */
    boolean foreign() {
        return services.keys(KEYS_LIMIT).stream().anyMatch(found -> !Arrays.equals(found, key));
    }

    /**
     * Enters the service; the peer of an earlier instance is kept.
     *
     * @param hostAddress the one that own questions for neighbours come from, 4 or 16 bytes, of the
     *     service's family
     */
    void enter(byte[] hostAddress, MacAddress own) {
        byte[] raw = current();
        fields(raw)
                .put(SERVICE_HOST, MappedAddress.of(hostAddress))
                .put(SERVICE_OWN_MAC, own.bytes());
        services.put(key, raw);
        addresses.put(Arrays.copyOf(key, MappedAddress.BYTES), key);
    }

    void peer(MacAddress peer) {
        byte[] raw = current();
        fields(raw).putInt(SERVICE_PEER_KNOWN, 1).put(SERVICE_PEER_MAC, peer.bytes());
        services.put(key, raw);
    }

    void acknowledgement(Acknowledgement acknowledgement) {
        byte[] raw = current();
        fields(raw).putInt(SERVICE_ACKNOWLEDGEMENT, acknowledgement.ordinal());
        services.put(key, raw);
    }

    private byte[] current() {
        return services.get(key).orElseGet(() -> new byte[SERVICE_BYTES]);
    }

    private static ByteBuffer fields(byte[] raw) {
        return ByteBuffer.wrap(raw).order(ByteOrder.nativeOrder());
    }

    void mode(DataPlane.Mode mode) {
        modes.put(SLOT, Words.ofLong(NUMBERED.indexOf(mode)));
    }

    /** The mode that the programs act on, a crash considered. */
    DataPlane.Mode mode() {
        long number = modes.get(SLOT).map(Words::toLong).orElse(0L);
        DataPlane.Mode set = NUMBERED.get((int) number);
        boolean fenced = hasCrashed() && set != DataPlane.Mode.FORWARD_ONLY;
        return fenced ? DataPlane.Mode.FENCED : set;
    }

    void lease(long untilNs) {
        leases.put(SLOT, Words.ofLong(untilNs));
    }

    long lease() {
        return leases.get(SLOT).map(Words::toLong).orElse(0L);
    }

    boolean hasCrashed() {
        return crashed.get(SLOT).map(Words::toLong).orElse(0L) != 0;
    }

    /** What the crash fence does in the kernel, for a process that ended before it was watched. */
    void crash() {
        crashed.put(SLOT, Words.ofLong(1));
        mode(DataPlane.Mode.FENCED);
    }

    /** Forgets crashes. The mode stays FENCED until another is set. */
    void forgetCrash() {
        crashed.put(SLOT, Words.ofLong(0));
    }
}
