/**
 * What Coral asks of the kernel: the eBPF data plane, gratuitous ARP, ICMP probes, the advertised
 * address, and the check whether a host can do all of it. Needs root. Never imports com.sun.jna:
 * native calls live in {@code org.coralha.kernel.jna}.
 */
package org.coralha.kernel;
