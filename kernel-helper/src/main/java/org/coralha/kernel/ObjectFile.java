package org.coralha.kernel;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Map;
import org.coralha.kernel.jna.BpfObject;

/** The compiled eBPF programs, from the class path. */
final class ObjectFile {
    private static final String NAME = "coral.bpf.o";

    private ObjectFile() {}

    /**
     * Loads them into the kernel, with maps at these pins.
     *
     * @throws KernelException if the kernel refuses, or a map's layout is not what classes expect
     */
    static BpfObject load(Map<String, Path> pins) {
        BpfObject programs = BpfObject.load(content(), pins);
        try {
            PinLayout.check(programs.readOnlyData(".rodata.layout"));
            return programs;
        } catch (RuntimeException e) {
            programs.close();
            throw e;
        }
    }

    private static byte[] content() {
        try (InputStream in = ObjectFile.class.getResourceAsStream(NAME)) {
            if (in == null) {
                throw new KernelException("read", NAME, 0, "the jar is incomplete: build it again");
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new KernelException("read", NAME + " (" + e + ")", 0, "install again");
        }
    }
}
