/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* From a frame to what both versions of IP say alike. */
#ifndef CORAL_IP_H
#define CORAL_IP_H

#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/in6.h>
#include <linux/ip.h>

#include <bpf/bpf_endian.h>

#include "maps.h"

#define IP4_TTL_AT (ETH_HLEN + 8)
#define IP4_CHECKSUM_AT (ETH_HLEN + 10)
#define IP4_ADDRESSES_AT (ETH_HLEN + 12)
#define IP4_OFFSET_MASK 0x1fff
#define IP4_MORE_FRAGMENTS 0x2000
#define IP6_HEADER_BYTES 40
#define IP6_NEXT_AT 6 /* in the header */
#define IP6_HOPS_AT (ETH_HLEN + 7)
#define IP6_ADDRESSES_AT (ETH_HLEN + 8)
#define IP6_WHOLE_MASK 0xfff9 /* offset and more-fragments bit of a fragment header */
#define NEXT_ICMP6 58
#define NEXT_OPTIONS 60
/* A packet with more of them is one whose ports are hidden. */
#define EXTENSIONS_LIMIT 8

struct ip_packet {
    struct ip_address source;
    struct ip_address target; /* right after source: the checksum takes both at once */
    __u32 l4;      /* offset of what follows the IP header and its extensions */
    __u32 end;     /* offset of the first byte after the IP packet: frames may be padded */
    __u8 protocol;
    __u8 fragment; /* or otherwise a packet whose ports cannot be seen */
    __u16 unused;  /* verifiers before Linux 6.3 want every byte of it written */
};

CORAL_INLINE int is_ipv6(const struct __sk_buff *skb)
{
    return skb->protocol == bpf_htons(ETH_P_IPV6);
}

CORAL_INLINE void mapped(struct ip_address *out, __be32 address)
{
    out->word[0] = out->word[1] = 0;
    out->word[2] = bpf_htonl(0xffff);
    out->word[3] = address;
}

CORAL_INLINE int is_mapped(const struct ip_address *a)
{
    return !(a->word[0] | a->word[1] | (a->word[2] ^ bpf_htonl(0xffff)));
}

/*
 * Where a packet ends whose length field is 0: only one that no card has cut yet may be too large for
 * it. Any other is nonsense, or a jumbogram, which no Ethernet carries.
 */
CORAL_INLINE __u32 end_without_length(const struct __sk_buff *skb)
{
    return skb->gso_size ? skb->len : 0;
}

CORAL_INLINE int parse_ipv4(struct __sk_buff *skb, struct ip_packet *out)
{
    struct iphdr ip;
    if (bpf_skb_load_bytes(skb, ETH_HLEN, &ip, sizeof(ip)) || ip.version != 4 || ip.ihl < 5)
        return -1;
    __u32 total = bpf_ntohs(ip.tot_len);
    mapped(&out->source, ip.saddr);
    mapped(&out->target, ip.daddr);
    out->protocol = ip.protocol;
    out->fragment = (bpf_ntohs(ip.frag_off) & (IP4_OFFSET_MASK | IP4_MORE_FRAGMENTS)) != 0;
    out->l4 = ETH_HLEN + ip.ihl * 4;
    out->end = total ? ETH_HLEN + total : end_without_length(skb);
    return 0;
}

/* A way along the extension headers of IPv6. */
struct extension_walk {
    struct __sk_buff *skb;
    __u32 at;
    __u8 next;   /* what is there */
    __u8 hidden; /* what follows cannot be seen, or is meant for another host */
};

CORAL_INLINE int is_extension(__u8 next)
{
    return next == IPPROTO_HOPOPTS || next == IPPROTO_ROUTING || next == IPPROTO_FRAGMENT
        || next == IPPROTO_AH || next == NEXT_OPTIONS;
}

static long walk_extension(__u32 index, void *context)
{
    struct extension_walk *walk = context;
    struct {
        __u8 next;
        __u8 units;
        __u8 third;
        __u8 fourth;
    } head;
    __u8 kind = walk->next;
    if (!is_extension(kind))
        return 1;
    if (bpf_skb_load_bytes(walk->skb, walk->at, &head, sizeof(head))) {
        walk->hidden = 1;
        return 1;
    }
    walk->next = head.next;
    if (kind == IPPROTO_FRAGMENT) {
        walk->at += 8;
        walk->hidden = ((head.third << 8 | head.fourth) & IP6_WHOLE_MASK) != 0;
    } else if (kind == IPPROTO_AH) {
        walk->at += (head.units + 2) * 4;
    } else {
        walk->at += (head.units + 1) * 8;
        walk->hidden = kind == IPPROTO_ROUTING && head.fourth; /* more stops on its way */
    }
    return walk->hidden != 0;
}

/* Goes to what the extension headers precede. What may be TCP is told as TCP, hidden or not. */
CORAL_INLINE void skip_extensions(struct extension_walk *walk)
{
    if (!is_extension(walk->next))
        return;
    bpf_loop(EXTENSIONS_LIMIT, walk_extension, walk, 0);
    if (is_extension(walk->next)) {
        walk->next = IPPROTO_TCP;
        walk->hidden = 1;
    }
}

CORAL_INLINE int parse_ipv6(struct __sk_buff *skb, struct ip_packet *out)
{
    struct {
        __u8 version;
        __u8 flow[3];
        __be16 payload;
        __u8 next;
        __u8 hops;
    } head;
    if (bpf_skb_load_bytes(skb, ETH_HLEN, &head, sizeof(head)) || head.version >> 4 != 6
        || bpf_skb_load_bytes(skb, IP6_ADDRESSES_AT, &out->source, 2 * sizeof(out->source))
        || is_mapped(&out->source) || is_mapped(&out->target))
        return -1;
    struct extension_walk walk = {.skb = skb, .at = ETH_HLEN + IP6_HEADER_BYTES,
                                  .next = head.next};
    skip_extensions(&walk);
    out->protocol = walk.next;
    out->fragment = walk.hidden;
    out->l4 = walk.at;
    out->end = head.payload ? ETH_HLEN + IP6_HEADER_BYTES + bpf_ntohs(head.payload)
                            : end_without_length(skb);
    return 0;
}

/*
 * 0, or -1 for headers that contradict themselves.
 *
 * Not static, so that the verifier looks at the rest of the way once and not for each version.
 */
__attribute__((noinline)) int parse_ip(struct __sk_buff *skb, struct ip_packet *out)
{
    if (!out || (is_ipv6(skb) ? parse_ipv6(skb, out) : parse_ipv4(skb, out)))
        return -1;
    return out->end > skb->len || out->end < out->l4 ? -1 : 0;
}

#endif
