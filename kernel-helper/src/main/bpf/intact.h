/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Whether a packet came as it was sent. Stacks check that after the data plane has seen the packet,
 * but one flipped bit of an acknowledgement believed here would spoil a flow's entry for ever.
 */
#ifndef CORAL_INTACT_H
#define CORAL_INTACT_H

#include "packet.h"

#define CHUNKS_LIMIT (65536 / CHUNK_BYTES + 1)
#define PACKET_LIMIT_BYTES 65536u

struct summing {
    struct __sk_buff *skb;
    __s64 sum;
    __u32 at;
    __u32 end;
};

/* What the verifier is to know of the size is written next to where it matters. */
CORAL_INLINE __s64 sum_of(struct __sk_buff *skb, struct scratch *buffer, __u32 at, __u64 size,
                          __s64 sum)
{
    if (size < 1 || size > CHUNK_BYTES)
        return -1;
    asm volatile("" : "+r"(size));
    size = ((size - 1) & (CHUNK_BYTES - 1)) + 1; /* 6.1 learns nothing from "not 0" */
    buffer->chunk[(size & (CHUNK_BYTES - 1)) / 4] = 0; /* sums go by four bytes */
    if (bpf_skb_load_bytes(skb, at, buffer->chunk, size))
        return -1;
    __u64 padded = (size + 3) & ~3ull;
    asm volatile("" : "+r"(padded));
    if (padded > CHUNK_BYTES)
        return -1;
    return bpf_csum_diff(0, 0, buffer->chunk, padded, sum);
}

static long sum_chunk(__u32 index, void *context)
{
    struct summing *work = context;
    struct scratch *buffer = scratch();
    if (!buffer || work->at >= work->end || work->sum < 0)
        return 1;
    __u32 size = work->end - work->at;
    if (size > CHUNK_BYTES)
        size = CHUNK_BYTES;
    work->sum = sum_of(work->skb, buffer, work->at, size, work->sum);
    work->at += size;
    return 0;
}

CORAL_INLINE __u32 folded(__s64 sum)
{
    __u32 s = ((__u32)sum & 0xffff) + ((__u32)sum >> 16);
    return (s & 0xffff) + (s >> 16);
}

/*
 * True unless the TCP checksum contradicts the packet. A card that has checked it is believed. A
 * checksum that a card is still to complete stands for a packet that has not left its machine.
 */
__attribute__((noinline)) int intact(struct __sk_buff *skb, const struct ip_packet *ip)
{
    __u16 check;
    if (!ip)
        return 0;
    __u32 l4 = ip->l4, end = ip->end;
    if (end < l4 || end - l4 > PACKET_LIMIT_BYTES || skb->gso_size
        || bpf_csum_level(skb, BPF_CSUM_LEVEL_QUERY) >= 0)
        return 1;
    /* Both families add up alike: what a mapped IPv4 address has more is ffff, which is nothing. */
    __u32 rest = bpf_htonl(IPPROTO_TCP << 16 | ((end - l4) & 0xffff));
    __s64 start = bpf_csum_diff(0, 0, (__be32 *)&ip->source, 2 * sizeof(ip->source), rest);
    if (start < 0 || bpf_skb_load_bytes(skb, l4 + TCP_CHECKSUM_AT, &check, sizeof(check)))
        return 0;
    if (folded(start) == check)
        return 1;
    struct summing work = {.skb = skb, .sum = start, .at = l4, .end = end};
    bpf_loop(CHUNKS_LIMIT, sum_chunk, &work, 0);
    return work.sum >= 0 && folded(work.sum) == 0xffff;
}

#endif
