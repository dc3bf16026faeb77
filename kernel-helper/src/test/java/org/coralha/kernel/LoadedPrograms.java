package org.coralha.kernel;

import java.util.Map;
import org.coralha.kernel.jna.BpfMap;
import org.coralha.kernel.jna.BpfObject;
import org.coralha.kernel.jna.Namespace;

/**
 * The programs and their maps, without pins, in a namespace with one interface: loaded once for all
 * tests of this process, because the kernel takes longer to verify the programs than a test needs.
 * One test uses them at a time. They go with the process.
 */
final class LoadedPrograms {
    private static LoadedPrograms loaded;

    final Namespace network = new Namespace("ck-run");
    final BpfObject programs;
    final int interfaceIndex;

    private LoadedPrograms() {
        Runtime.getRuntime().addShutdownHook(new Thread(network::close));
        network.sh(
                "ip link add eth0 type veth peer name far && ip link set eth0 up && ip link set far up");
        interfaceIndex = network.call(() -> Interfaces.named("eth0").index());
        programs = ObjectFile.load(Map.of());
    }

    /** With every map as it is after loading. */
    static synchronized LoadedPrograms empty() {
        if (loaded == null) {
            loaded = new LoadedPrograms();
        }
        loaded.clear();
        return loaded;
    }

    private void clear() {
        deleteAll("services", PinLayout.SERVICE_KEY_BYTES, PinLayout.SERVICE_BYTES);
        deleteAll("addresses", MappedAddress.BYTES, PinLayout.SERVICE_KEY_BYTES);
        deleteAll("flows", PinLayout.FLOW_KEY_BYTES, PinLayout.FLOW_BYTES);
        deleteAll("embryos", PinLayout.FLOW_KEY_BYTES, PinLayout.EMBRYO_BYTES);
        deleteAll("locals", PinLayout.FLOW_KEY_BYTES, PinLayout.LOCAL_BYTES);
        deleteAll("guarded", PinLayout.FLOW_KEY_BYTES, PinLayout.GUARD_BYTES);
        deleteAll("watches", Integer.BYTES, PinLayout.WATCH_BYTES);
        zeroAll("modes", Long.BYTES);
        zeroAll("leases", Long.BYTES);
        zeroAll("crashed", Long.BYTES);
        zeroAll("counters", Long.BYTES * BpfMap.processors());
    }

    private void deleteAll(String name, int keyBytes, int valueBytes) {
        BpfMap map = programs.map(name, keyBytes, valueBytes);
        map.keys(Integer.MAX_VALUE).forEach(map::delete);
    }

    private void zeroAll(String name, int valueBytes) {
        BpfMap map = programs.map(name, Integer.BYTES, valueBytes);
        map.keys(Integer.MAX_VALUE).forEach(key -> map.put(key, new byte[valueBytes]));
    }
}
