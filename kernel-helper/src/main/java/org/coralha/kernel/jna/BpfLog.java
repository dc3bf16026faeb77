package org.coralha.kernel.jna;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;

/** Keeps libbpf's last warning per thread, so that an exception can say what libbpf said. */
final class BpfLog {
    private static final int WARN = 0;
    private static final int TEXT_LIMIT_BYTES = 4096;
    private static final int SAID_LIMIT_CHARS = 600;
    private static final ThreadLocal<String> LAST = ThreadLocal.withInitial(() -> "");

    /** A field, or the garbage collector takes the callback from under libbpf. */
    private static final BpfNative.Printer PRINTER = BpfLog::print;

    private BpfLog() {}

    static void install() {
        BpfNative.libbpf_set_print(PRINTER);
    }

    /** What libbpf warned of on this thread since the last call; forgotten by this call. */
    static String lastWarning() {
        String last = LAST.get();
        LAST.remove();
        return last;
    }

    private static int print(int level, Pointer format, Pointer arguments) {
        if (level != WARN) {
            return 0;
        }
        try (Memory text = new Memory(TEXT_LIMIT_BYTES)) {
            LibcNative.vsnprintf(text, TEXT_LIMIT_BYTES, format, arguments);
            String said = LAST.get() + text.getString(0).strip() + " ";
            LAST.set(
                    said.length() > SAID_LIMIT_CHARS
                            ? said.substring(said.length() - SAID_LIMIT_CHARS)
                            : said);
        }
        return 0;
    }

    /** Error text of the C library. */
    static String text(int errno) {
        return LibcNative.strerror(errno);
    }
}
