/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Whether a packet came as it was sent. Own stack looks only after this program has drawn its
 * conclusions, and what a damaged header says of acknowledgements or of the end must change nothing.
 */
#ifndef CORAL_CHECKSUM_H
#define CORAL_CHECKSUM_H

#include "parse.h"

/* What bpf_csum_diff takes at once, and how often that goes into a jumbo frame. */
#define CHUNK_BYTES 512
#define CHUNKS_LIMIT 18
#define CSUM_QUERY 0 /* BPF_CSUM_LEVEL_QUERY */

/* Ones' complement sum of some bytes of the packet, at most a chunk; above 0xffff: it cannot be. */
__attribute__((noinline)) __u32 sum_chunk(struct __sk_buff *skb, __u32 at, __u32 bytes)
{
    __u32 zero = 0;
    struct chunk *chunk = bpf_map_lookup_elem(&chunks, &zero);
    if (!chunk || bytes == 0 || bytes > CHUNK_BYTES)
        return ~0u;
    /* Padding for the last word; the load overwrites what it needs. */
    __u32 tail = (bytes - 1) & (CHUNK_BYTES - 4);
    *(__u32 *)&chunk->bytes[tail & (CHUNK_BYTES - 4)] = 0;
    __u64 length = bytes;
    asm volatile("" : "+r"(length)); /* or clang forgets the bound that the verifier wants */
    if (length == 0 || length > CHUNK_BYTES || bpf_skb_load_bytes(skb, at, chunk->bytes, length))
        return ~0u;
    __u64 words = (bytes + 3) & ~3u;
    asm volatile("" : "+r"(words));
    if (words > CHUNK_BYTES)
        return ~0u;
    __s64 sum = bpf_csum_diff(0, 0, (__be32 *)chunk->bytes, words, 0);
    return sum < 0 ? ~0u : fold((__u32)sum);
}

/*
 * True if the TCP checksum is wrong. Not asked again: packets that a device or the kernel's own
 * merging has checked, packets whose checksum a device is still to fill in, and frames above 9 KB.
 */
CORAL_INLINE int damaged(struct __sk_buff *skb, const struct ipv4 *ip, const struct segment *s)
{
    __u32 length = ip->end - ip->l4;
    if (skb->gso_size || bpf_csum_level(skb, CSUM_QUERY) >= 0
        || length > CHUNK_BYTES * CHUNKS_LIMIT)
        return 0;
    __u32 pseudo = fold_wide((__u64)ip->source + ip->target + bpf_htons(IPPROTO_TCP)
                             + bpf_htons(length));
    if (s->checksum == pseudo)
        return 0; /* to be completed by a device that never was */
    __u64 sum = pseudo;
    __u32 at = ip->l4;
    for (__u32 i = 0; i < CHUNKS_LIMIT && at < ip->end; i++) {
        __u32 left = ip->end - at;
        __u32 bytes = left < CHUNK_BYTES ? left : CHUNK_BYTES;
        __u32 part = sum_chunk(skb, at, bytes);
        if (part > 0xffff)
            return 1;
        sum += part;
        at += bytes;
    }
    return fold_wide(sum) != 0xffff;
}

#endif
