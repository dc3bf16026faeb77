/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Entry points of Coral's data plane: each only finds out whose packet it is. */
#include "types.h"

#include "arp.h"
#include "crash.h"
#include "egress.h"
#include "icmp.h"
#include "ingress.h"
#include "layout.h"
#include "nd.h"

#define VLAN_ID_MASK 0x0fff

/* Fragments hide their ports: only in simplex can they belong to a flow that needs no help. */
CORAL_INLINE int fragment(const struct service_key *name)
{
    struct mode_source source;
    struct service_value *service = bpf_map_lookup_elem(&services, name);
    if (service && mode_source(service->slot, &source) && mode_now(&source) == MODE_SIMPLEX)
        return PASS;
    count(COUNT_fragment_dropped);
    return TC_ACT_SHOT;
}

/* Nobody but the peer, about its replicas, sends from the advertised address to this host. */
CORAL_INLINE int report_of_peer(struct __sk_buff *skb, const struct ip_packet *ip,
                                const __u8 *source_mac)
{
    struct service_key name = {.address = ip->source};
    if (ip->protocol != IPPROTO_TCP || !bpf_map_lookup_elem(&addresses, &ip->source)
        || bpf_skb_load_bytes(skb, ip->l4, &name.port, 2))
        return PASS;
    struct service_value *service = bpf_map_lookup_elem(&services, &name);
    if (!service || !service->peer_known || !same_mac(source_mac, service->peer_mac))
        return PASS;
    return report_in(skb, ip, &name, service);
}

CORAL_INLINE int is_icmp(const struct __sk_buff *skb, const struct ip_packet *ip)
{
    return ip->protocol == (is_ipv6(skb) ? NEXT_ICMP6 : IPPROTO_ICMP);
}

CORAL_INLINE int may_be_nd(const struct __sk_buff *skb, const struct ip_packet *ip)
{
    return is_ipv6(skb) && ip->protocol == NEXT_ICMP6;
}

CORAL_INLINE int ip_in(struct __sk_buff *skb, const __u8 *source_mac)
{
    struct ip_packet ip = {};
    if (parse_ip(skb, &ip))
        return PASS; /* the stack refuses it */
    if (may_be_nd(skb, &ip) && nd_in(skb, &ip) != PASS)
        return TC_ACT_SHOT;
    struct service_key *owner = bpf_map_lookup_elem(&addresses, &ip.target);
    if (!owner)
        return report_of_peer(skb, &ip, source_mac);
    if (is_icmp(skb, &ip))
        return icmp_in(skb, &ip, source_mac);
    if (ip.protocol != IPPROTO_TCP)
        return PASS;
    if (ip.fragment)
        return fragment(owner);
    struct service_key name = {.address = ip.target};
    if (bpf_skb_load_bytes(skb, ip.l4 + 2, &name.port, 2))
        return PASS;
    struct service_value *service = bpf_map_lookup_elem(&services, &name);
    return service ? service_in(skb, &ip, &name, service, source_mac) : PASS;
}

CORAL_INLINE int ip_out(struct __sk_buff *skb)
{
    struct ip_packet ip = {};
    int action;
    if (parse_ip(skb, &ip))
        return PASS;
    if (may_be_nd(skb, &ip) && nd_out(skb, &ip, &action))
        return action;
    struct service_key *owner = bpf_map_lookup_elem(&addresses, &ip.source);
    if (!owner)
        return PASS;
    int icmp = is_icmp(skb, &ip);
    if (icmp || (ip.protocol == IPPROTO_TCP && ip.fragment)) {
        int kept = other_out(owner, icmp);
        return kept != PASS || icmp ? kept : fragment(owner);
    }
    if (ip.protocol != IPPROTO_TCP)
        return PASS;
    struct service_key name = {.address = ip.source};
    if (bpf_skb_load_bytes(skb, ip.l4, &name.port, 2))
        return PASS;
    struct service_value *service = bpf_map_lookup_elem(&services, &name);
    return service ? service_out(skb, &ip, &name, service) : PASS;
}

CORAL_INLINE int is_ip(__be16 protocol)
{
    return protocol == bpf_htons(ETH_P_IP) || protocol == bpf_htons(ETH_P_IPV6);
}

SEC("tc")
int coral_ingress(struct __sk_buff *skb)
{
    struct ethhdr eth;
    /* A tagged frame belongs to another interface, unless the tag is only a priority. */
    if ((skb->vlan_present && (skb->vlan_tci & VLAN_ID_MASK))
        || bpf_skb_load_bytes(skb, 0, &eth, sizeof(eth)))
        return PASS;
    if (eth.h_proto == bpf_htons(ETH_P_ARP))
        return arp_in(skb);
    return is_ip(eth.h_proto) ? ip_in(skb, eth.h_source) : PASS;
}

SEC("tc")
int coral_egress(struct __sk_buff *skb)
{
    if (skb->protocol == bpf_htons(ETH_P_ARP))
        return arp_out(skb);
    return is_ip(skb->protocol) ? ip_out(skb) : PASS;
}

SEC("raw_tp/sched_process_exit")
int coral_crash_fence(struct bpf_raw_tracepoint_args *context)
{
    return process_exit((struct task_struct *)context->args[0]);
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
