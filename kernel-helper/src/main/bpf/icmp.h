/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Errors of either ICMP about a flow, for instance that a packet was too big. */
#ifndef CORAL_ICMP_H
#define CORAL_ICMP_H

#include "packet.h"
#include "verdict.h"

/* linux/icmp.h needs the C library of a 32-bit target */
#define ICMP_DEST_UNREACH 3
#define ICMP_TIME_EXCEEDED 11
#define ICMP_PARAMETERPROB 12
#define ICMP6_ERRORS_LIMIT 5 /* from 1 on: unreachable, too big, time exceeded, parameters */
#define ICMP_EMBEDDED_AT 8

CORAL_INLINE int is_icmp_error(__u8 protocol, __u8 type)
{
    if (protocol == NEXT_ICMP6)
        return type >= 1 && type < ICMP6_ERRORS_LIMIT;
    return type == ICMP_DEST_UNREACH || type == ICMP_TIME_EXCEEDED || type == ICMP_PARAMETERPROB;
}

/* Addresses of the embedded packet, and where its TCP header is; 0 if it is not about TCP. */
CORAL_INLINE __u32 embedded_ipv4(struct __sk_buff *skb, __u32 at, struct flow_key *key)
{
    struct iphdr inner;
    if (bpf_skb_load_bytes(skb, at, &inner, sizeof(inner)) || inner.protocol != IPPROTO_TCP)
        return 0;
    mapped(&key->service_address, inner.saddr);
    mapped(&key->client_address, inner.daddr);
    return at + inner.ihl * 4;
}

CORAL_INLINE __u32 embedded_ipv6(struct __sk_buff *skb, __u32 at, struct flow_key *key)
{
    struct extension_walk walk = {.skb = skb, .at = at + IP6_HEADER_BYTES};
    if (bpf_skb_load_bytes(skb, at + IP6_NEXT_AT, &walk.next, 1)
        || bpf_skb_load_bytes(skb, at + IP6_ADDRESSES_AT - ETH_HLEN, &key->service_address,
                              2 * sizeof(key->service_address)))
        return 0;
    skip_extensions(&walk);
    return walk.hidden || walk.next != IPPROTO_TCP ? 0 : walk.at;
}

/* The same with the ports. Not static: the verifier looks at it once, as at parse_ip. */
__attribute__((noinline)) __u32 embedded_tcp(struct __sk_buff *skb, __u32 at, struct flow_key *key)
{
    if (!key)
        return 0;
    __u32 l4 = is_ipv6(skb) ? embedded_ipv6(skb, at, key) : embedded_ipv4(skb, at, key);
    return !l4 || bpf_skb_load_bytes(skb, l4, &key->service_port, 4) ? 0 : l4;
}

/* The embedded sequence number is in the client's space; own stack checks it against its own. */
CORAL_INLINE int translate_icmp(struct __sk_buff *skb, __u32 l4, __u32 seq_at,
                                struct flow_value *f, __be32 seq)
{
    bpf_spin_lock(&f->lock);
    __u32 promoted = f->state == FLOW_PROMOTED;
    __u32 delta = f->delta;
    bpf_spin_unlock(&f->lock);
    if (!promoted)
        return PASS;
    __be32 own = bpf_htonl(bpf_ntohl(seq) - delta);
    if (bpf_skb_store_bytes(skb, seq_at, &own, 4, 0)
        || bpf_l4_csum_replace(skb, l4 + ICMP_CHECKSUM_AT, seq, own, 4)) {
        count(COUNT_rewrite_failed);
        return TC_ACT_SHOT;
    }
    count(COUNT_icmp_translated);
    return PASS;
}

CORAL_INLINE int icmp_in(struct __sk_buff *skb, const struct ip_packet *ip,
                         const __u8 *source_mac)
{
    struct flow_key key = {};
    struct mode_source source;
    __be32 seq;
    __u8 type;
    if (ip->fragment || bpf_skb_load_bytes(skb, ip->l4, &type, 1)
        || !is_icmp_error(ip->protocol, type))
        return PASS;
    __u32 tcp_at = embedded_tcp(skb, ip->l4 + ICMP_EMBEDDED_AT, &key);
    if (!tcp_at || bpf_skb_load_bytes(skb, tcp_at + AT_SEQ, &seq, sizeof(seq)))
        return PASS;
    struct service_key name = {.address = key.service_address, .port = key.service_port};
    struct service_value *service = bpf_map_lookup_elem(&services, &name);
    if (!service || !mode_source(service->slot, &source))
        return PASS;
    __u32 mode = mode_now(&source);
    __u32 from_peer = service->peer_known && same_mac(source_mac, service->peer_mac);
    if (mode == MODE_FENCED)
        return TC_ACT_SHOT;
    if ((mode == MODE_BACKUP || mode == MODE_FORWARD_ONLY) && !from_peer) {
        copy_to_peer(skb, service);
        count(COUNT_icmp_forwarded);
        return mode == MODE_BACKUP ? PASS : TC_ACT_SHOT;
    }
    struct flow_value *f = bpf_map_lookup_elem(&flows, &key);
    if (!f || (mode != MODE_SIMPLEX && mode != MODE_PRIMARY))
        return PASS;
    return translate_icmp(skb, ip->l4, tcp_at + AT_SEQ, f, seq);
}

#endif
