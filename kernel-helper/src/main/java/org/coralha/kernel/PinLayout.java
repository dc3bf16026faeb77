package org.coralha.kernel;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Sizes and offsets of map keys and values, as {@code types.h} lays them out. {@code layout.h}
 * exports the same numbers in the same order, and they are compared at each load.
 */
final class PinLayout {
    /** Grows when the layout or meaning of a pinned map changes: older pins are then discarded. */
    static final int VERSION = 7;

    static final int SERVICE_KEY_BYTES = 20;
    static final int SERVICE_BYTES = 40;
    static final int SERVICE_SLOT = 0;
    static final int SERVICE_PEER_KNOWN = 4;
    static final int SERVICE_HOST = 8;
    static final int SERVICE_OWN_MAC = 24;
    static final int SERVICE_PEER_MAC = 30;
    static final int SERVICE_ACKNOWLEDGEMENT = 36;
    static final int FLOW_KEY_BYTES = 36;
    static final int FLOW_KEY_CLIENT = 16;
    static final int FLOW_KEY_SERVICE_PORT = 32;
    static final int FLOW_KEY_PORT = 34;
    static final int FLOW_BYTES = 88;
    static final int FLOW_STATE = 4;
    static final int FLOW_ACKED = 8;
    static final int FLOW_CLOSED = 16;

    /** The value of {@link #FLOW_STATE} of a flow that own stack has given up. */
    static final int FLOW_STATE_OVER = 3;

    static final int LOCAL_BYTES = 16;
    static final int LOCAL_CLOSED = 0;
    static final int GUARD_BYTES = 88;
    static final int GUARD_FLAGS = 4;
    static final int GUARD_CLOSED = 8;
    static final int GUARD_ACK_OWN = 32;
    static final int GUARD_EDGE_OWN = 36;
    static final int GUARD_ACK_TOLD = 40;
    static final int GUARD_EDGE_TOLD = 44;
    static final int GUARD_OWN_NEXT = 48;
    static final int GUARD_OWN_SCALE = 52;
    static final int GUARD_TS_VALUE = 56;
    static final int GUARD_TS_ECHO = 60;
    static final int GUARD_MACS = 64;

    /** Bits of {@link #GUARD_FLAGS}. */
    static final int FLAG_RESET = 4;

    static final int FLAG_TIMESTAMPS = 128;
    static final int FLAG_MACS = 256;
    static final int EMBRYO_BYTES = 56;
    static final int WATCH_BYTES = SERVICE_KEY_BYTES;
    static final int CRASH_EVENT_BYTES = 8;
    static final int FLOW_FLAGS = 76;
    static final int LOCAL_FLAGS = 8;

    /** In both kinds of flags: the client has ended its side. */
    static final int FLAG_CLIENT_FIN = 1;

    /** In both kinds of flags: own stack has ended its side. */
    static final int FLAG_OWN_FIN = 2;

    private static final int[] EXPECTED = {
        SERVICE_KEY_BYTES,
        SERVICE_BYTES,
        SERVICE_SLOT,
        SERVICE_PEER_KNOWN,
        SERVICE_HOST,
        SERVICE_OWN_MAC,
        SERVICE_PEER_MAC,
        SERVICE_ACKNOWLEDGEMENT,
        FLOW_KEY_BYTES,
        FLOW_KEY_CLIENT,
        FLOW_KEY_SERVICE_PORT,
        FLOW_KEY_PORT,
        FLOW_BYTES,
        FLOW_STATE,
        FLOW_STATE_OVER,
        FLOW_ACKED,
        FLOW_CLOSED,
        LOCAL_BYTES,
        LOCAL_CLOSED,
        GUARD_BYTES,
        GUARD_FLAGS,
        GUARD_CLOSED,
        GUARD_ACK_OWN,
        GUARD_EDGE_OWN,
        GUARD_ACK_TOLD,
        GUARD_EDGE_TOLD,
        GUARD_OWN_NEXT,
        GUARD_OWN_SCALE,
        GUARD_TS_VALUE,
        GUARD_TS_ECHO,
        GUARD_MACS,
        FLAG_RESET,
        FLAG_TIMESTAMPS,
        FLAG_MACS,
        EMBRYO_BYTES,
        WATCH_BYTES,
        CRASH_EVENT_BYTES,
        FLOW_FLAGS,
        LOCAL_FLAGS,
        FLAG_CLIENT_FIN,
        FLAG_OWN_FIN
    };

    private PinLayout() {}

    /**
     * Refuses an object file that lays out its maps in another way than this class.
     *
     * @param exported section .rodata.layout of the object file
     */
    static void check(byte[] exported) {
        ByteBuffer in = ByteBuffer.wrap(exported).order(ByteOrder.nativeOrder());
        int[] found = new int[exported.length / Integer.BYTES];
        in.asIntBuffer().get(found);
        if (!Arrays.equals(found, EXPECTED)) {
            throw new KernelException(
                    "compare map layout of",
                    "coral.bpf.o " + Arrays.toString(found),
                    0,
                    "programs and Java classes are of different builds: install one build whole,"
                            + " which has "
                            + Arrays.toString(EXPECTED));
        }
    }
}
