package org.coralha.kernel.jna;

import com.sun.jna.Memory;
import java.util.Arrays;

/** Runs a program on one packet under BPF_PROG_TEST_RUN. */
public final class ProgramRun {
    /** Lets the kernel compare its running checksum of the packet after the program. */
    public static final int CHECKSUM_COMPLETE = 4;

    private static final int CONTEXT_BYTES = 192;
    private static final int CONTEXT_IFINDEX = 40;
    private static final int CONTEXT_GSO_SEGMENTS = 164;
    private static final int CONTEXT_GSO_SIZE = 176;
    private static final int OPTIONS_BYTES = 80;
    private static final int ROOM_BYTES = 256;

    private ProgramRun() {}

    /**
     * @param action what the program returned
     * @param packet what it made of the packet
     */
    public record Result(int action, byte[] packet) {}

    /**
     * @param interfaceIndex where the packet is
     * @param gsoSize bytes per segment of a packet that the device is to cut, 0 for none
     */
    public static Result run(
            int program, byte[] packet, int interfaceIndex, int gsoSize, int flags) {
        try (Memory in = new Memory(packet.length);
                Memory out = new Memory(packet.length + ROOM_BYTES);
                Memory context = new Memory(CONTEXT_BYTES);
                Memory options = new Memory(OPTIONS_BYTES)) {
            in.write(0, packet, 0, packet.length);
            context.clear();
            context.setInt(CONTEXT_IFINDEX, interfaceIndex);
            context.setInt(CONTEXT_GSO_SIZE, gsoSize);
            context.setInt(CONTEXT_GSO_SEGMENTS, gsoSize == 0 ? 0 : packet.length / gsoSize + 1);
            options.clear();
            options.setLong(0, OPTIONS_BYTES);
            options.setPointer(8, in);
            options.setPointer(16, out);
            options.setInt(24, packet.length);
            options.setInt(28, packet.length + ROOM_BYTES);
            options.setPointer(32, context);
            options.setInt(48, CONTEXT_BYTES);
            options.setInt(60, 1);
            options.setInt(68, flags);
            BpfError.check(
                    BpfNative.bpf_prog_test_run_opts(program, options), "run", "eBPF program");
            byte[] result = out.getByteArray(0, options.getInt(28));
            return new Result(options.getInt(56), Arrays.copyOf(result, result.length));
        }
    }
}
