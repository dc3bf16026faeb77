/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Who answers for the advertised address: both hosts have it, only the owner may say so. */
#ifndef CORAL_ARP_H
#define CORAL_ARP_H

#include "owner.h"
#include "packet.h"

#define ARPOP_REQUEST 1 /* linux/if_arp.h needs the C library of a 32-bit target */

struct arp_ipv4 {
    __be16 hardware;
    __be16 protocol;
    __u8 hardware_bytes;
    __u8 protocol_bytes;
    __be16 operation;
    __u8 sender_mac[6];
    __u8 sender[4]; /* not aligned to 4 */
    __u8 target_mac[6];
    __u8 target[4];
} __attribute__((packed));

#define ARP_SENDER_AT (ETH_HLEN + 14)

CORAL_INLINE struct service_value *arp_owner_of(const __u8 *address, __u32 *claims)
{
    struct ip_address key;
    __be32 word;
    __builtin_memcpy(&word, address, sizeof(word));
    mapped(&key, word);
    return owner_of(&key, claims);
}

CORAL_INLINE int load_arp(struct __sk_buff *skb, struct arp_ipv4 *arp)
{
    return bpf_skb_load_bytes(skb, ETH_HLEN, arp, sizeof(*arp))
        || arp->protocol != bpf_htons(ETH_P_IP) || arp->protocol_bytes != 4
        || arp->hardware_bytes != 6;
}

CORAL_INLINE int arp_in(struct __sk_buff *skb)
{
    struct arp_ipv4 arp;
    __u32 claims;
    if (load_arp(skb, &arp) || arp.operation != bpf_htons(ARPOP_REQUEST))
        return PASS;
    if (!arp_owner_of(arp.target, &claims) || claims)
        return PASS;
    count(COUNT_arp_request_ignored);
    return TC_ACT_SHOT;
}

CORAL_INLINE int arp_out(struct __sk_buff *skb)
{
    struct arp_ipv4 arp;
    __u32 claims;
    if (load_arp(skb, &arp))
        return PASS;
    struct service_value *service = arp_owner_of(arp.sender, &claims);
    if (!service)
        return PASS;
    __u32 gratuitous = !__builtin_memcmp(arp.sender, arp.target, 4);
    if (arp.operation != bpf_htons(ARPOP_REQUEST) || gratuitous) {
        if (claims)
            return PASS;
        count(COUNT_arp_reply_suppressed);
        return TC_ACT_SHOT;
    }
    /* Asked for a neighbour on behalf of a connection: the asked one would learn the sender. */
    __be32 host = service->host_address.word[3];
    if (bpf_skb_store_bytes(skb, ARP_SENDER_AT, &host, sizeof(host), 0))
        return TC_ACT_SHOT;
    count(COUNT_arp_sender_replaced);
    return PASS;
}

#endif
