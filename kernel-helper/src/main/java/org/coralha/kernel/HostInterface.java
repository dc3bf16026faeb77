package org.coralha.kernel;

/**
 * A network interface of this host.
 *
 * @param name the kernel's name for it
 * @param index the kernel's number for it
 * @param mac its Ethernet address
 */
public record HostInterface(String name, int index, MacAddress mac) {}
