package org.coralha.kernel.jna;

import com.sun.jna.Callback;
import com.sun.jna.Native;
import com.sun.jna.Pointer;

/**
 * The functions of libbpf 1.x that Coral calls. Integer results below 0 are negated error numbers;
 * null pointers come with {@link Native#getLastError()}.
 */
final class BpfNative {
    /** Soname of Debian's package libbpf1. */
    static final String LIBRARY = "libbpf.so.1";

    static {
        Native.register(BpfNative.class, LIBRARY);
    }

    private BpfNative() {}

    /** Receives libbpf's messages as format and va_list. */
    interface Printer extends Callback {
        int print(int level, Pointer format, Pointer arguments);
    }

    /** Receives one record of a ring buffer; 0 goes on. */
    interface Sample extends Callback {
        int sample(Pointer context, Pointer data, long bytes);
    }

    static native Pointer libbpf_set_print(Printer printer);

    static native int libbpf_num_possible_cpus();

    static native Pointer bpf_object__open_mem(Pointer elf, long bytes, Pointer options);

    static native int bpf_object__load(Pointer object);

    static native void bpf_object__close(Pointer object);

    static native Pointer bpf_object__find_map_by_name(Pointer object, String name);

    static native Pointer bpf_object__find_program_by_name(Pointer object, String name);

    static native int bpf_map__set_pin_path(Pointer map, String path);

    static native Pointer bpf_map__initial_value(Pointer map, Pointer bytes);

    static native int bpf_map__fd(Pointer map);

    static native int bpf_program__fd(Pointer program);

    static native Pointer bpf_program__attach_raw_tracepoint(Pointer program, String name);

    static native int bpf_link__pin(Pointer link, String path);

    static native int bpf_link__destroy(Pointer link);

    static native int bpf_map_update_elem(int fd, byte[] key, byte[] value, long flags);

    static native int bpf_map_lookup_elem_flags(int fd, byte[] key, byte[] value, long flags);

    static native int bpf_map_delete_elem(int fd, byte[] key);

    static native int bpf_map_get_next_key(int fd, byte[] key, byte[] next);

    static native int bpf_map_lookup_batch(
            int fd,
            Pointer inBatch,
            Pointer outBatch,
            Pointer keys,
            Pointer values,
            Pointer count,
            Pointer options);

    static native int bpf_tc_hook_create(Pointer hook);

    static native int bpf_tc_hook_destroy(Pointer hook);

    static native int bpf_tc_attach(Pointer hook, Pointer options);

    static native int bpf_tc_detach(Pointer hook, Pointer options);

    static native int bpf_tc_query(Pointer hook, Pointer options);

    static native int bpf_prog_query_opts(int target, int attachType, Pointer options);

    static native int bpf_prog_test_run_opts(int fd, Pointer options);

    static native Pointer ring_buffer__new(
            int mapFd, Sample sample, Pointer context, Pointer options);

    static native int ring_buffer__poll(Pointer ring, int timeoutMs);

    static native void ring_buffer__free(Pointer ring);
}
