package org.coralha.kernel.jna;

import com.sun.jna.LastErrorException;
import com.sun.jna.Native;
import com.sun.jna.Pointer;

/** The functions of the C library that Coral calls. Errors are exceptions with the errno. */
final class LibcNative {
    static {
        Native.register(LibcNative.class, "c");
    }

    private LibcNative() {}

    static native int vsnprintf(Pointer text, long limit, Pointer format, Pointer arguments);

    static native String strerror(int errno);

    static native int socket(int domain, int type, int protocol) throws LastErrorException;

    static native int bind(int fd, byte[] address, int bytes) throws LastErrorException;

    static native int setsockopt(int fd, int level, int name, byte[] value, int bytes)
            throws LastErrorException;

    static native long sendto(
            int fd, byte[] data, long bytes, int flags, byte[] address, int addressBytes)
            throws LastErrorException;

    static native long recvfrom(
            int fd, byte[] data, long bytes, int flags, byte[] address, int[] addressBytes)
            throws LastErrorException;

    static native int poll(byte[] descriptors, long count, int timeoutMs) throws LastErrorException;

    static native int ioctl(int fd, long request, byte[] argument) throws LastErrorException;

    static native int ioctl(int fd, long request, Pointer argument) throws LastErrorException;

    static native int close(int fd) throws LastErrorException;

    static native int unshare(int flags) throws LastErrorException;

    /** The process number 0 stands for the calling thread. */
    static native int sched_setscheduler(int pid, int policy, int[] parameter)
            throws LastErrorException;

    /** On machines of 64 bits a timespec is two longs. */
    static native int clock_gettime(int clock, long[] time) throws LastErrorException;

    static native int mlockall(int flags) throws LastErrorException;

    static native int setns(int fd, int kind) throws LastErrorException;

    static native int open(String path, int flags) throws LastErrorException;

    static native int umount2(String target, int flags) throws LastErrorException;

    static native int mount(String source, String target, String type, long flags, String data)
            throws LastErrorException;
}
