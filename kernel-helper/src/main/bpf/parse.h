/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* From a TCP packet to the facts that the rules need. */
#ifndef CORAL_PARSE_H
#define CORAL_PARSE_H

#include <bpf/bpf_endian.h>

#include "ip.h"
#include "maps.h"
#include "rewrite.h"

#define TCP_HEADER_MIN 20
#define OPTION_END 0
#define OPTION_SCALE 3
#define OPTION_SACK 5
#define OPTION_TIMESTAMP 8
#define OPTIONS_LIMIT 40

struct option_walk {
    struct segment *segment;
    __u32 at;
};

static long walk_option(__u32 index, void *context)
{
    struct option_walk *walk = context;
    struct segment *s = walk->segment;
    struct scratch *buffer = scratch();
    __u32 at = walk->at;
    if (!buffer || at >= s->header || at >= TCP_HEADER_LIMIT)
        return 1;
    __u8 kind = buffer->tcp[at & OPTION_MASK];
    if (kind == OPTION_END)
        return 1;
    if (kind == OPTION_NOP) {
        walk->at = at + 1;
        return 0;
    }
    __u32 length = buffer->tcp[(at + 1) & OPTION_MASK];
    if (length < 2 || at + length > s->header)
        return 1;
    if (kind == OPTION_TIMESTAMP && length == TIMESTAMP_BYTES)
        s->ts_at = at + 2;
    if (kind == OPTION_SCALE && length == 3)
        s->scale = buffer->tcp[(at + 2) & OPTION_MASK] & 15;
    if (kind == OPTION_SACK && length >= 10 && length <= 34) {
        s->sack_at = at + 2;
        s->sack_blocks = (length - 2) / 8;
    }
    walk->at = at + length;
    return 0;
}

CORAL_INLINE void parse_options(struct scratch *buffer, struct segment *s)
{
    s->ts_at = s->sack_at = s->sack_blocks = s->sack_first = s->scale = 0;
    if (s->header == TCP_HEADER_MIN)
        return;
    __u8 *h = buffer->tcp;
    if (s->header == 32 && h[20] == OPTION_NOP && h[21] == OPTION_NOP && h[22] == OPTION_TIMESTAMP
        && h[23] == TIMESTAMP_BYTES) {
        s->ts_at = 24; /* how nearly every stack lays it out */
    } else {
        struct option_walk walk = {.segment = s, .at = TCP_HEADER_MIN};
        bpf_loop(OPTIONS_LIMIT, walk_option, &walk, 0);
    }
    if (s->ts_at) {
        s->ts_val = get32(h, s->ts_at);
        s->ts_ecr = get32(h, s->ts_at + 4);
    }
    if (s->sack_at)
        s->sack_first = get32(h, s->sack_at);
}

/* Loads the TCP header into the scratch buffer. 0, or -1 for a malformed packet. */
CORAL_INLINE int load_tcp(struct __sk_buff *skb, struct scratch *buffer, __u32 l4, __u64 header)
{
    asm volatile("" : "+r"(header)); /* or clang forgets the bound that the verifier wants */
    if (header < TCP_HEADER_MIN || header > TCP_HEADER_LIMIT)
        return -1;
    return bpf_skb_load_bytes(skb, l4, buffer->tcp, header) ? -1 : 0;
}

CORAL_INLINE int parse_tcp(struct __sk_buff *skb, const struct ip_packet *ip, struct segment *s)
{
    struct scratch *buffer = scratch();
    if (!buffer || bpf_skb_load_bytes(skb, ip->l4, buffer->tcp, TCP_HEADER_MIN))
        return -1;
    __u8 *h = buffer->tcp;
    s->l4 = ip->l4;
    s->header = (h[AT_LENGTH] >> 4) * 4;
    if (s->l4 + s->header > ip->end || load_tcp(skb, buffer, s->l4, s->header))
        return -1;
    s->seq = get32(h, AT_SEQ);
    s->ack = get32(h, AT_ACK);
    s->flags = h[13];
    s->window = (__u32)h[AT_WINDOW] << 8 | h[AT_WINDOW + 1];
    s->orphan = h[AT_LENGTH] & TCP_ORPHAN;
    s->asks = h[AT_LENGTH] & TCP_ASKS;
    s->payload = ip->end - s->l4 - s->header;
    s->ts_val = s->ts_ecr = 0;
    parse_options(buffer, s);
    return 0;
}

#endif
