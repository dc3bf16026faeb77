/* SPDX-License-Identifier: Apache-2.0 */
/* What a rule needs to know about an Ethernet frame. No system calls. */
#ifndef WIRE_FRAME_H
#define WIRE_FRAME_H

#include <stddef.h>
#include <stdint.h>

#define ETHERNET_BYTES 14
#define TYPE_IPV4 0x0800
#define TYPE_IPV6 0x86dd
#define IPV4_MIN_BYTES 20
#define IPV6_BYTES 40
#define TCP_MIN_BYTES 20
#define PROTOCOL_TCP 6
#define PROTOCOL_UDP 17
#define FLAG_FIN 1
#define FLAG_SYN 2
#define FLAG_RST 4

struct frame {
    uint32_t protocol; /* of IPv4 or IPv6; 0 for anything else */
    uint32_t source_port;
    uint32_t target_port;
    uint32_t payload; /* bytes after the TCP header */
    uint32_t flags;   /* of TCP */
    uint32_t end;     /* first byte after the IP packet; what follows is padding */
};

static inline uint32_t wire_get16(const uint8_t *at)
{
    return (uint32_t)at[0] << 8 | at[1];
}

static inline void wire_read_tcp(const uint8_t *bytes, uint32_t l4, struct frame *f)
{
    if (f->end < l4 + TCP_MIN_BYTES)
        return;
    uint32_t header = (bytes[l4 + 12] >> 4) * 4u;
    f->flags = bytes[l4 + 13];
    if (l4 + header <= f->end)
        f->payload = f->end - l4 - header;
}

/* Notes the protocol and where the packet ends; returns where its payload begins, 0 for nowhere. */
static inline uint32_t wire_read_ipv4(const uint8_t *ip, size_t length, struct frame *f)
{
    uint32_t l4 = ETHERNET_BYTES + (ip[0] & 15u) * 4u;
    uint32_t end = ETHERNET_BYTES + wire_get16(ip + 2);
    if (end <= length && end >= l4)
        f->end = end;
    if (l4 < ETHERNET_BYTES + IPV4_MIN_BYTES || f->end < l4 + 4)
        return 0;
    f->protocol = ip[9];
    return l4;
}

/* The same. Nobody in the lab puts an extension header before TCP: what has one is no TCP here. */
static inline uint32_t wire_read_ipv6(const uint8_t *ip, size_t length, struct frame *f)
{
    uint32_t l4 = ETHERNET_BYTES + IPV6_BYTES;
    uint32_t end = l4 + wire_get16(ip + 4);
    if (end <= length)
        f->end = end;
    if (f->end < l4 + 4)
        return 0;
    f->protocol = ip[6];
    return l4;
}

static inline uint32_t wire_read_ip(const uint8_t *bytes, size_t length, struct frame *f)
{
    uint32_t type = length < ETHERNET_BYTES ? 0 : wire_get16(bytes + 12);
    if (type == TYPE_IPV4 && length >= ETHERNET_BYTES + IPV4_MIN_BYTES)
        return wire_read_ipv4(bytes + ETHERNET_BYTES, length, f);
    if (type == TYPE_IPV6 && length >= ETHERNET_BYTES + IPV6_BYTES)
        return wire_read_ipv6(bytes + ETHERNET_BYTES, length, f);
    return 0;
}

/* Reads as far as the frame makes sense; fields that it does not reach stay 0. */
static inline struct frame wire_read(const uint8_t *bytes, size_t length)
{
    struct frame f = {.end = (uint32_t)length};
    uint32_t l4 = wire_read_ip(bytes, length, &f);
    if (!l4 || (f.protocol != PROTOCOL_TCP && f.protocol != PROTOCOL_UDP))
        return f;
    f.source_port = wire_get16(bytes + l4);
    f.target_port = wire_get16(bytes + l4 + 2);
    if (f.protocol == PROTOCOL_TCP)
        wire_read_tcp(bytes, l4, &f);
    return f;
}

#endif
