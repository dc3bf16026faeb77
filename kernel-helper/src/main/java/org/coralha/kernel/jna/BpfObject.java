package org.coralha.kernel.jna;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import java.nio.file.Path;
import java.util.Map;

/**
 * Programs and maps of one object file in the kernel. Not safe for concurrent use; maps obtained
 * from it are, until it is closed.
 */
public final class BpfObject implements AutoCloseable {
    private static final String NAME = "coral";
    private static final int OPEN_OPTIONS_BYTES = 16;

    private final Pointer object;

    private BpfObject(Pointer object) {
        this.object = object;
    }

    /**
     * Loads an object file. A map whose pin exists is taken from there and keeps its content; the
     * others are created and pinned.
     *
     * @param elf content of the object file
     * @param pins map name to the path where it is or will be pinned; maps not named stay unpinned
     * @throws org.coralha.kernel.KernelException if the kernel refuses, also if a pinned map has
     *     another layout
     */
    public static BpfObject load(byte[] elf, Map<String, Path> pins) {
        BpfLog.install();
        Pointer object = openMemory(elf);
        BpfObject loaded = new BpfObject(object);
        try {
            pins.forEach(loaded::setPin);
            BpfError.check(BpfNative.bpf_object__load(object), "load", "the eBPF programs");
            return loaded;
        } catch (RuntimeException e) {
            loaded.close();
            throw e;
        }
    }

    private static Pointer openMemory(byte[] elf) {
        try (Memory file = new Memory(elf.length);
                Memory options = new Memory(OPEN_OPTIONS_BYTES);
                Memory name = new Memory(NAME.length() + 1)) {
            file.write(0, elf, 0, elf.length);
            name.setString(0, NAME);
            options.setLong(0, OPEN_OPTIONS_BYTES);
            options.setPointer(8, name);
            // libbpf copies the file: it may go when the call is over.
            Pointer object = BpfNative.bpf_object__open_mem(file, elf.length, options);
            return BpfError.check(object, "open", "the eBPF object file");
        }
    }

    private void setPin(String map, Path pin) {
        int result = BpfNative.bpf_map__set_pin_path(mapPointer(map), pin.toString());
        BpfError.check(result, "set the pin of map " + map, pin.toString());
    }

    /** The map of that name. */
    public BpfMap map(String name, int keyBytes, int valueBytes) {
        return new BpfMap(name, BpfNative.bpf_map__fd(mapPointer(name)), keyBytes, valueBytes);
    }

    /** Descriptor of the program of that name, valid until this object is closed. */
    public int program(String name) {
        return BpfNative.bpf_program__fd(programPointer(name));
    }

    /** The content of a read-only section, as it stands in the object file. */
    public byte[] readOnlyData(String section) {
        try (Memory bytes = new Memory(Long.BYTES)) {
            Pointer value = BpfNative.bpf_map__initial_value(mapPointer(section), bytes);
            return BpfError.check(value, "read section", section)
                    .getByteArray(0, (int) bytes.getLong(0));
        }
    }

    /** Attaches a program to a raw tracepoint and pins the attachment, which goes on for ever. */
    public void attachRawTracepoint(String program, String tracepoint, Path pin) {
        Pointer link =
                BpfError.check(
                        BpfNative.bpf_program__attach_raw_tracepoint(
                                programPointer(program), tracepoint),
                        "attach " + program + " to",
                        "tracepoint " + tracepoint);
        int result = BpfNative.bpf_link__pin(link, pin.toString());
        BpfNative.bpf_link__destroy(link);
        BpfError.check(result, "pin the crash fence at", pin.toString());
    }

    private Pointer mapPointer(String name) {
        Pointer map = BpfNative.bpf_object__find_map_by_name(object, name);
        return BpfError.check(map, "find eBPF map", name);
    }

    private Pointer programPointer(String name) {
        Pointer program = BpfNative.bpf_object__find_program_by_name(object, name);
        return BpfError.check(program, "find eBPF program", name);
    }

    /** Closes the descriptors. What is pinned or attached stays. */
    @Override
    public void close() {
        BpfNative.bpf_object__close(object);
    }
}
