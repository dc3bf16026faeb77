package org.coralha.kernel;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.coralha.kernel.jna.BpfMap;
import org.coralha.kernel.jna.BpfObject;

/** The numbers in a host's entries of its replicas, read from its pinned maps. */
final class FlowEntries implements AutoCloseable {
    private static final int VISIBLE_ISN = 32;
    private static final int OWN_ISN = 36;
    private static final int CLIENT_ACK = 40;
    private static final int CLIENT_NEXT = 44;
    private static final long WORD = 0xffff_ffffL;

    private final BpfObject programs;
    private final BpfMap flows;

    /**
     * What a host knows of a flow.
     *
     * @param visibleIsn of the service, as the client knows it
     * @param ownIsn of the service, in the host's own stack
     * @param clientAck highest acknowledgement of the client
     * @param clientNext after the highest byte of the client
     */
    record Numbers(
            long visibleIsn,
            long ownIsn,
            long clientAck,
            long clientNext,
            long acked,
            boolean clientFin,
            boolean closed) {}

    FlowEntries(TwoHosts.Host host) {
        programs = ObjectFile.load(new PinDirectory(host.spec().pinDirectory()).mapPins());
        flows = programs.map("flows", PinLayout.FLOW_KEY_BYTES, PinLayout.FLOW_BYTES);
    }

    Numbers of(int clientPort) {
        byte[] value = flows.getLocked(key(clientPort)).orElseThrow();
        ByteBuffer in = ByteBuffer.wrap(value).order(ByteOrder.nativeOrder());
        return new Numbers(
                in.getInt(VISIBLE_ISN) & WORD,
                in.getInt(OWN_ISN) & WORD,
                in.getInt(CLIENT_ACK) & WORD,
                in.getInt(CLIENT_NEXT) & WORD,
                in.getLong(PinLayout.FLOW_ACKED),
                (in.getInt(PinLayout.FLOW_FLAGS) & PinLayout.FLAG_CLIENT_FIN) != 0,
                in.getLong(PinLayout.FLOW_CLOSED) != 0);
    }

    private static byte[] key(int clientPort) {
        return ByteBuffer.allocate(PinLayout.FLOW_KEY_BYTES)
                .put(MappedAddress.of(TwoHosts.service().getAddress().getAddress()))
                .put(MappedAddress.of(TwoHosts.clientAddress().getAddress()))
                .putShort((short) TwoHosts.service().getPort())
                .putShort((short) clientPort)
                .array();
    }

    @Override
    public void close() {
        programs.close();
    }
}
