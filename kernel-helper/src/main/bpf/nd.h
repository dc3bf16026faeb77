/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What arp.h is for IPv4: who answers neighbour solicitations for the advertised address. */
#ifndef CORAL_ND_H
#define CORAL_ND_H

#include "owner.h"
#include "packet.h"

#define ND_ROUTER_SOLICITATION 133
#define ND_SOLICITATION 135
#define ND_ADVERTISEMENT 136

struct nd_message {
    __u8 type;
    __u8 code;
    __be16 checksum;
    __be32 flags;
    struct ip_address target;
};

CORAL_INLINE int load_nd(struct __sk_buff *skb, const struct ip_packet *ip, struct nd_message *nd)
{
    return ip->fragment || bpf_skb_load_bytes(skb, ip->l4, nd, sizeof(*nd))
        || (nd->type != ND_SOLICITATION && nd->type != ND_ADVERTISEMENT);
}

CORAL_INLINE int nd_in(struct __sk_buff *skb, const struct ip_packet *ip)
{
    struct nd_message nd;
    __u32 claims;
    if (load_nd(skb, ip, &nd) || !owner_of(&nd.target, &claims))
        return PASS;
    if (nd.type == ND_ADVERTISEMENT) {
        /* Of the peer that has taken the address: own stack would warn of a duplicate. */
        count(COUNT_nd_advertisement_ignored);
        return TC_ACT_SHOT;
    }
    if (claims)
        return PASS;
    count(COUNT_nd_solicitation_ignored);
    return TC_ACT_SHOT;
}

/* Asked for a neighbour or a router: the asked one would learn the source. */
CORAL_INLINE int replace_nd_source(struct __sk_buff *skb, const struct ip_packet *ip,
                                   struct service_value *service)
{
    struct ip_address own = service->host_address;
    __s64 diff = bpf_csum_diff((__be32 *)&ip->source, sizeof(own), (__be32 *)&own, sizeof(own), 0);
    if (diff < 0 || bpf_skb_store_bytes(skb, IP6_ADDRESSES_AT, &own, sizeof(own), 0)
        || bpf_l4_csum_replace(skb, ip->l4 + ICMP_CHECKSUM_AT, 0, diff, BPF_F_PSEUDO_HDR))
        return TC_ACT_SHOT;
    count(COUNT_nd_source_replaced);
    return PASS;
}

CORAL_INLINE int asks_for_router(struct __sk_buff *skb, const struct ip_packet *ip)
{
    __u8 type;
    return !ip->fragment && !bpf_skb_load_bytes(skb, ip->l4, &type, 1)
        && type == ND_ROUTER_SOLICITATION;
}

/*
 * True if the packet was about who has the advertised address, or asked in its name: then that is the
 * action. Anything else that speaks in its name is judged like other ICMP.
 */
CORAL_INLINE int nd_out(struct __sk_buff *skb, const struct ip_packet *ip, int *action)
{
    struct nd_message nd = {};
    __u32 claims;
    int asks = asks_for_router(skb, ip);
    if (!asks && load_nd(skb, ip, &nd))
        return 0;
    if (!asks && owner_of(&nd.target, &claims)) {
        *action = PASS;
        if (claims)
            return 1;
        count(COUNT_nd_advertisement_suppressed);
        *action = TC_ACT_SHOT;
        return 1;
    }
    struct service_value *service = owner_of(&ip->source, &claims);
    if (!service || (!asks && nd.type != ND_SOLICITATION))
        return 0;
    *action = replace_nd_source(skb, ip, service);
    return 1;
}

#endif
