/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Edits of packets: every helper that writes to one is called here. */
#ifndef CORAL_PACKET_H
#define CORAL_PACKET_H

#include <linux/pkt_cls.h>

#include "parse.h"

#define TCP_CHECKSUM_AT 16
#define ICMP_CHECKSUM_AT 2 /* in both versions */

/* Goes on to other filters and then its way. */
#define PASS TC_ACT_UNSPEC

/* Not inlined: the verifier of 6.1 wants the checked length in the register that is passed on. */
static __attribute__((noinline)) int store_tcp(struct __sk_buff *skb, __u32 l4, __u64 header)
{
    struct scratch *buffer = scratch();
    asm volatile("" : "+r"(header));
    if (!buffer || header < TCP_HEADER_MIN || header > TCP_HEADER_LIMIT)
        return -1;
    return bpf_skb_store_bytes(skb, l4, buffer->tcp, header, 0) ? -1 : 0;
}

/*
 * Writes the edited header back. Sequence numbers are no part of the pseudo header: without
 * BPF_F_PSEUDO_HDR a checksum that the device is to complete (CHECKSUM_PARTIAL) stays as it is,
 * and one that it has summed (CHECKSUM_COMPLETE) stays valid because the edits cancel out.
 *
 * Not static, so that the verifier looks at it once and not at each call.
 */
__attribute__((noinline)) int apply_edit(struct __sk_buff *skb, struct segment *s, struct edit *e)
{
    struct scratch *buffer = scratch();
    if (!buffer || !s || !e)
        return -1;
    __u64 header = s->header;
    if (load_tcp(skb, buffer, s->l4, header))
        return -1;
    __builtin_memcpy(buffer->before, buffer->tcp, TCP_HEADER_LIMIT);
    edit_header(buffer->tcp, s, e);
    __s64 diff = bpf_csum_diff((__be32 *)buffer->before, TCP_HEADER_LIMIT, (__be32 *)buffer->tcp,
                               TCP_HEADER_LIMIT, 0);
    if (diff < 0 || store_tcp(skb, s->l4, header))
        return -1;
    return bpf_l4_csum_replace(skb, s->l4 + TCP_CHECKSUM_AT, 0, diff, 0) ? -1 : 0;
}

/* No checksum in the packet covers the limit, but one that the card has summed does. */
CORAL_INLINE int age_ipv6(struct __sk_buff *skb)
{
    __u8 hops;
    if (bpf_skb_load_bytes(skb, IP6_HOPS_AT, &hops, 1))
        return -1;
    if (hops <= 1) {
        count(COUNT_copy_ttl_expired);
        return -1;
    }
    hops--;
    return bpf_skb_store_bytes(skb, IP6_HOPS_AT, &hops, 1, BPF_F_RECOMPUTE_CSUM) ? -1 : 0;
}

/* Lowers the time to live, so that two hosts that both forward cannot do so for ever. */
CORAL_INLINE int age(struct __sk_buff *skb)
{
    if (is_ipv6(skb))
        return age_ipv6(skb);
    __u8 ttl[2]; /* and the protocol: checksums go by 16 bits */
    if (bpf_skb_load_bytes(skb, IP4_TTL_AT, ttl, sizeof(ttl)))
        return -1;
    if (ttl[0] <= 1) {
        count(COUNT_copy_ttl_expired);
        return -1;
    }
    __u16 from = ttl[0] | ttl[1] << 8;
    __u16 to = (ttl[0] - 1) | ttl[1] << 8;
    __u8 lower = ttl[0] - 1;
    if (bpf_l3_csum_replace(skb, IP4_CHECKSUM_AT, from, to, 2))
        return -1;
    return bpf_skb_store_bytes(skb, IP4_TTL_AT, &lower, 1, 0) ? -1 : 0;
}

/* Addresses the frame to the peer. No IP address changes: both hosts have the advertised one. */
CORAL_INLINE int address_to_peer(struct __sk_buff *skb, const struct service_value *service)
{
    __u8 macs[12];
    if (!service->peer_known) {
        count(COUNT_copy_without_peer);
        return -1;
    }
    __builtin_memcpy(macs, service->peer_mac, 6);
    __builtin_memcpy(macs + 6, service->own_mac, 6);
    if (age(skb) || bpf_skb_store_bytes(skb, 0, macs, sizeof(macs), 0)) {
        count(COUNT_copy_failed);
        return -1;
    }
    return 0;
}

CORAL_INLINE void copy_to_peer(struct __sk_buff *skb, const struct service_value *service)
{
    if (address_to_peer(skb, service))
        return;
    count(bpf_clone_redirect(skb, skb->ifindex, 0) ? COUNT_copy_failed : COUNT_copied);
}

CORAL_INLINE int detour_to_peer(struct __sk_buff *skb, const struct service_value *service)
{
    if (address_to_peer(skb, service))
        return TC_ACT_SHOT;
    count(COUNT_detoured);
    return bpf_redirect(skb->ifindex, 0);
}

CORAL_INLINE int same_mac(const __u8 *a, const __u8 *b)
{
    return !((a[0] ^ b[0]) | (a[1] ^ b[1]) | (a[2] ^ b[2]) | (a[3] ^ b[3]) | (a[4] ^ b[4])
             | (a[5] ^ b[5]));
}

#endif
