/* SPDX-License-Identifier: Apache-2.0 */
/* What a rule needs to know about an Ethernet frame. No system calls. */
#ifndef WIRE_FRAME_H
#define WIRE_FRAME_H

#include <stddef.h>
#include <stdint.h>

#define ETHERNET_BYTES 14
#define IPV4_MIN_BYTES 20
#define TCP_MIN_BYTES 20
#define PROTOCOL_TCP 6
#define PROTOCOL_UDP 17
#define FLAG_FIN 1
#define FLAG_SYN 2
#define FLAG_RST 4

struct frame {
    uint32_t protocol; /* of IPv4; 0 for anything else */
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

/* Reads as far as the frame makes sense; fields that it does not reach stay 0. */
static inline struct frame wire_read(const uint8_t *bytes, size_t length)
{
    struct frame f = {.end = (uint32_t)length};
    if (length < ETHERNET_BYTES + IPV4_MIN_BYTES || wire_get16(bytes + 12) != 0x0800)
        return f;
    uint32_t l4 = ETHERNET_BYTES + (bytes[ETHERNET_BYTES] & 15u) * 4u;
    uint32_t end = ETHERNET_BYTES + wire_get16(bytes + ETHERNET_BYTES + 2);
    if (end <= length && end >= l4)
        f.end = end;
    if (l4 < ETHERNET_BYTES + IPV4_MIN_BYTES || f.end < l4 + 4)
        return f;
    f.protocol = bytes[ETHERNET_BYTES + 9];
    if (f.protocol != PROTOCOL_TCP && f.protocol != PROTOCOL_UDP)
        return f;
    f.source_port = wire_get16(bytes + l4);
    f.target_port = wire_get16(bytes + l4 + 2);
    if (f.protocol == PROTOCOL_TCP)
        wire_read_tcp(bytes, l4, &f);
    return f;
}

#endif
