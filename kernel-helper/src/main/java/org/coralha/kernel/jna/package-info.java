/**
 * Native calls: libbpf and libc by JNA. The only package that imports com.sun.jna. Calls run on the
 * caller's thread and block no longer than their time limits.
 */
package org.coralha.kernel.jna;
