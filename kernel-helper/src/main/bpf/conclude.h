/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The last word to a client whose connection ended before the failover, as far as both applications
 * are concerned: the primary had its FIN, or the copy of it was lost with the primary, and the
 * acknowledgement never came. The survivor's stack knows nothing of the connection any more.
 */
#ifndef CORAL_CONCLUDE_H
#define CORAL_CONCLUDE_H

#include "packet.h"

/*
 * Swaps two neighbours of the same size. Checksums do not notice: they add up words. The stack
 * has no room for IPv6 addresses.
 */
CORAL_INLINE int swap_halves(struct __sk_buff *skb, __u32 at, __u32 half)
{
    struct scratch *buffer = scratch();
    if (!buffer || bpf_skb_load_bytes(skb, at, buffer->before, 2 * half))
        return -1;
    __builtin_memcpy(buffer->before + 2 * half, buffer->before, half);
    return bpf_skb_store_bytes(skb, at, buffer->before + half, 2 * half, 0) ? -1 : 0;
}

CORAL_INLINE int set_flags(struct __sk_buff *skb, const struct segment *s, __u8 flags)
{
    __be16 from, to;
    if (bpf_skb_load_bytes(skb, s->l4 + 12, &from, 2))
        return -1;
    to = (from & bpf_htons(0xff00)) | bpf_htons(flags);
    return bpf_skb_store_bytes(skb, s->l4 + 12, &to, 2, 0)
        || bpf_l4_csum_replace(skb, s->l4 + TCP_CHECKSUM_AT, from, to, 2) ? -1 : 0;
}

CORAL_INLINE int swap_addresses(struct __sk_buff *skb)
{
    return is_ipv6(skb) ? swap_halves(skb, IP6_ADDRESSES_AT, sizeof(struct ip_address))
                        : swap_halves(skb, IP4_ADDRESSES_AT, 4);
}

/* Turns the client's FIN into the acknowledgement of it. */
CORAL_INLINE int turn_around(struct __sk_buff *skb, struct segment *s)
{
    struct edit e = {.bits = EDIT_SEQ | EDIT_ACK | EDIT_TSVAL | EDIT_TSECR | EDIT_SACK_BLANK};
    e.seq = s->ack;
    e.ack = s->seq + 1;
    e.ts_val = s->ts_ecr; /* the last that the client had from the service */
    e.ts_ecr = s->ts_val;
    return apply_edit(skb, s, &e) || set_flags(skb, s, TCP_ACK)
        || swap_halves(skb, 0, 6) || swap_addresses(skb) || swap_halves(skb, s->l4, 2);
}

CORAL_INLINE int conclude(struct __sk_buff *skb, struct segment *s)
{
    if (s->payload) {
        count(COUNT_over_with_data);
        return PASS; /* the client still wants something: own stack's reset says that it is lost */
    }
    if (!(s->flags & TCP_FIN) || !(s->flags & TCP_ACK) || (s->flags & TCP_RST)
        || turn_around(skb, s)) {
        count(COUNT_over_silenced);
        return TC_ACT_SHOT;
    }
    count(COUNT_fin_concluded);
    return bpf_redirect(skb->ifindex, 0);
}

#endif
