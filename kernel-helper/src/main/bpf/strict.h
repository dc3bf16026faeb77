/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Packets of guarded flows, and the reports that a backup sends about them. */
#ifndef CORAL_STRICT_H
#define CORAL_STRICT_H

#include "conclude.h"
#include "guard.h"
#include "handshake.h"
#include "intact.h"

/* On a packet that ingress has made of a report: egress lets it out as it is. */
#define PAID_MARK 0x434f524cu

CORAL_INLINE __u32 is_strict(const struct service_value *service)
{
    return service->acknowledgement != ACKNOWLEDGE_WINDOW
        && service->acknowledgement != ACKNOWLEDGE_OFF;
}

/* Begins to guard a flow whose handshake is over. Not inlined: the entry needs a frame of its own. */
static __attribute__((noinline)) int guard_begin(const struct flow_key *key,
                                                 const struct embryo_value *e)
{
    struct guard_value value;
    if (!key || !e)
        return -1;
    guard_from_embryo(&value, e);
    long error = bpf_map_update_elem(&guarded, key, &value, BPF_NOEXIST);
    if (!error)
        count(COUNT_guard_begun);
    else if (!bpf_map_lookup_elem(&guarded, key))
        count(COUNT_guard_table_full);
    bpf_map_delete_elem(&embryos, key);
    return 0;
}

/* The flow goes on as one that only this host has. */
CORAL_INLINE void guard_release(const struct flow_key *key)
{
    bpf_map_delete_elem(&guarded, key);
    count(COUNT_guard_released);
}

/*
 * Tells the backup that the client's packet acknowledges own SYN-ACK: sends it back, acknowledging
 * that and no more, so that the backup learns the number. Own stack gets it as it was.
 */
static __attribute__((noinline)) int confirm(struct __sk_buff *skb,
                                             const struct service_value *service, struct segment *s,
                                             __u32 own_isn)
{
    struct edit e = {.bits = EDIT_ACK, .ack = own_isn + 1};
    if (!service || !s)
        return TC_ACT_SHOT;
    __u32 ack = s->ack;
    if (ack != e.ack && apply_edit(skb, s, &e)) {
        count(COUNT_rewrite_failed);
        return TC_ACT_SHOT;
    }
    if (!address_to_peer(skb, service))
        count(bpf_clone_redirect(skb, skb->ifindex, 0) ? COUNT_copy_failed
                                                       : COUNT_handshake_confirmed);
    if (ack == e.ack)
        return PASS;
    e.ack = ack;
    return apply_edit(skb, s, &e) ? TC_ACT_SHOT : PASS;
}

CORAL_INLINE int guard_step_in(struct __sk_buff *skb, const struct service_value *service,
                               struct guard_value *g, const struct flow_key *key, struct segment *s)
{
    __u64 now_ns = bpf_ktime_get_ns();
    bpf_spin_lock(&g->lock);
    __u32 confirms = s->asks && guard_confirms(g, s);
    __u32 own_isn = g->own_isn;
    __u32 kept = !s->orphan || !guard_concerns(g, s) || guard_alone(g);
    if (kept)
        guard_in(g, s, now_ns);
    bpf_spin_unlock(&g->lock);
    if (!kept)
        guard_release(key);
    return confirms ? confirm(skb, service, s, own_isn) : PASS;
}

CORAL_INLINE int guard_step_out(struct __sk_buff *skb, struct guard_value *g, struct segment *s,
                                __u32 how)
{
    struct edit e = {};
    __u8 macs[12];
    if (bpf_skb_load_bytes(skb, 0, macs, sizeof(macs)))
        return TC_ACT_SHOT;
    __u64 now_ns = bpf_ktime_get_ns();
    bpf_spin_lock(&g->lock);
    __builtin_memcpy(g->macs, macs, sizeof(macs));
    g->flags |= GUARD_MACS;
    __u32 step = guard_out(g, s, how, now_ns, &e);
    bpf_spin_unlock(&g->lock);
    if (step & GUARD_OWED) {
        count(COUNT_ack_owed);
        return TC_ACT_STOLEN;
    }
    if (!e.bits)
        return PASS;
    if (apply_edit(skb, s, &e)) {
        count(COUNT_rewrite_failed);
        return TC_ACT_SHOT;
    }
    if (step & GUARD_CONCLUDE) {
        count(COUNT_fin_concluded);
        return set_flags(skb, s, TCP_ACK) ? TC_ACT_SHOT : PASS;
    }
    if (step & GUARD_CAPPED)
        count(COUNT_ack_capped);
    if (step & GUARD_NARROWED)
        count(COUNT_window_capped);
    return PASS;
}

/* The report becomes the acknowledgement that the client waits for. */
CORAL_INLINE int pay(struct __sk_buff *skb, struct segment *s, struct edit *e, const __u8 *macs)
{
    if (apply_edit(skb, s, e) || bpf_skb_store_bytes(skb, 0, macs, 12, 0)) {
        count(COUNT_report_failed);
        return TC_ACT_SHOT;
    }
    count(COUNT_ack_paid);
    skb->mark = PAID_MARK;
    return bpf_redirect(skb->ifindex, 0);
}

/* What the backup says counts without a lease too, but nothing is paid: it would not leave. */
CORAL_INLINE __u32 guard_hear(struct guard_value *g, const struct segment *s, __u32 how,
                              __u32 silent, struct edit *e)
{
    if (!silent)
        return guard_report(g, s, how, e);
    return guard_learn(g, s) ? GUARD_PASS : GUARD_IMPLAUSIBLE;
}

CORAL_INLINE int report_step(struct __sk_buff *skb, const struct flow_key *key, struct segment *s,
                             __u32 how, __u32 silent)
{
    struct edit e = {};
    __u8 macs[12];
    struct guard_value *g = bpf_map_lookup_elem(&guarded, key);
    if (!g) {
        count(COUNT_report_unknown);
        return TC_ACT_SHOT;
    }
    __u32 given_up = s->flags & TCP_RST;
    bpf_spin_lock(&g->lock);
    __u32 step = given_up ? guard_settle(g, s, &e) : guard_hear(g, s, how, silent, &e);
    __u32 kept = !given_up || guard_alone(g);
    __builtin_memcpy(macs, g->macs, sizeof(macs));
    bpf_spin_unlock(&g->lock);
    if (step & GUARD_IMPLAUSIBLE) {
        count(COUNT_report_implausible);
        return TC_ACT_SHOT;
    }
    count(COUNT_report_taken);
    if (!kept)
        guard_release(key);
    if (given_up) {
        if (!(step & GUARD_PAY) || set_flags(skb, s, TCP_ACK))
            return TC_ACT_SHOT;
    }
    if (step & GUARD_UNTIMED)
        count(COUNT_report_untimed);
    return step & GUARD_PAY ? pay(skb, s, &e, macs) : TC_ACT_SHOT;
}

/* A packet of the peer in the name of the service: never for own stack, nor for a client as it is. */
CORAL_INLINE int report_in(struct __sk_buff *skb, const struct ip_packet *ip,
                           const struct service_key *name, const struct service_value *service)
{
    struct mode_source mode;
    struct segment s = {};
    struct flow_key key = {.service_address = name->address, .service_port = name->port,
                           .client_address = ip->target};
    if (ip->fragment || bpf_skb_load_bytes(skb, ip->l4 + 2, &key.client_port, 2)
        || parse_tcp(skb, ip, &s) || !mode_source(service->slot, &mode)) {
        count(COUNT_malformed);
        return TC_ACT_SHOT;
    }
    if (!intact(skb, ip)) {
        count(COUNT_corrupt_dropped);
        return TC_ACT_SHOT;
    }
    if (mode_now(&mode) != MODE_PRIMARY || !is_strict(service)) {
        count(COUNT_report_unknown);
        return TC_ACT_SHOT;
    }
    return report_step(skb, &key, &s, service->acknowledgement, lease_over(&mode));
}

/* Sends what a replica's stack says to the primary. The stack believes it went to the client. */
CORAL_INLINE int report(struct __sk_buff *skb, const struct service_value *service,
                        struct segment *s, struct edit *e)
{
    if ((e->bits && apply_edit(skb, s, e)) || address_to_peer(skb, service))
        return TC_ACT_STOLEN;
    count(e->bits ? COUNT_ack_reported : COUNT_end_reported);
    return PASS;
}

/* Tells the primary that this host does not replicate the flow of the packet. */
CORAL_INLINE void mark_orphan(struct __sk_buff *skb, struct segment *s)
{
    struct edit e = {.bits = EDIT_ORPHAN};
    count(apply_edit(skb, s, &e) ? COUNT_rewrite_failed : COUNT_orphan_marked);
}

CORAL_INLINE void mark_question(struct __sk_buff *skb, struct segment *s)
{
    struct edit e = {.bits = EDIT_ASKS};
    count(apply_edit(skb, s, &e) ? COUNT_rewrite_failed : COUNT_handshake_asked);
}

#endif
