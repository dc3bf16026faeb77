/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* ICMP errors about a flow, for instance that a packet was too big. */
#ifndef CORAL_ICMP_H
#define CORAL_ICMP_H

#include "packet.h"
#include "verdict.h"

/* linux/icmp.h needs the C library of a 32-bit target */
#define ICMP_DEST_UNREACH 3
#define ICMP_TIME_EXCEEDED 11
#define ICMP_PARAMETERPROB 12
#define ICMP_CHECKSUM_AT 2
#define ICMP_EMBEDDED_AT 8
/* What an error surely holds of the embedded TCP header: ports and sequence number. */
#define EMBEDDED_TCP_BYTES 8

CORAL_INLINE int is_icmp_error(__u8 type)
{
    return type == ICMP_DEST_UNREACH || type == ICMP_TIME_EXCEEDED || type == ICMP_PARAMETERPROB;
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

CORAL_INLINE int icmp_in(struct __sk_buff *skb, const struct ipv4 *ip, const __u8 *source_mac)
{
    struct iphdr inner;
    struct {
        __be16 source;
        __be16 target;
        __be32 seq;
    } ports;
    __u8 type;
    if (ip->fragment || bpf_skb_load_bytes(skb, ip->l4, &type, 1) || !is_icmp_error(type))
        return PASS;
    __u32 inner_at = ip->l4 + ICMP_EMBEDDED_AT;
    if (bpf_skb_load_bytes(skb, inner_at, &inner, sizeof(inner)) || inner.protocol != IPPROTO_TCP)
        return PASS;
    __u32 ports_at = inner_at + inner.ihl * 4;
    if (bpf_skb_load_bytes(skb, ports_at, &ports, EMBEDDED_TCP_BYTES))
        return PASS;
    struct service_key name = {.address = inner.saddr, .port = ports.source};
    struct service_value *service = bpf_map_lookup_elem(&services, &name);
    struct mode_source source;
    if (!service || !mode_source(service->slot, &source))
        return PASS;
    struct flow_key key = {.service_address = name.address, .service_port = name.port,
                           .client_address = inner.daddr, .client_port = ports.target};
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
    return translate_icmp(skb, ip->l4, ports_at + 4, f, ports.seq);
}

#endif
