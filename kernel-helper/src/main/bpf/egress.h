/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The way of own stack's packets out of this host. */
#ifndef CORAL_EGRESS_H
#define CORAL_EGRESS_H

#include "ingress.h"

/*
 * What a lease that has run out keeps in. Own stack believes that it was sent and repeats it by its
 * timers, soonest by the loss probe; a drop that it learns of would count as congestion, and a
 * repetition that meets one waits half a second.
 */
CORAL_INLINE int keep_in(void)
{
    count(COUNT_lease_over);
    return TC_ACT_STOLEN;
}

/* ICMP and fragments from the advertised address: nothing of them is noted. */
CORAL_INLINE int other_out(const struct service_key *owner, int icmp)
{
    struct mode_source source;
    struct service_value *service = bpf_map_lookup_elem(&services, owner);
    if (!service || !mode_source(service->slot, &source))
        return PASS;
    if (lease_over(&source))
        return keep_in();
    if (icmp && mode_now(&source) == MODE_FENCED) {
        count(COUNT_fenced_out);
        return TC_ACT_SHOT;
    }
    return PASS;
}

CORAL_INLINE int flow_step_out(struct __sk_buff *skb, struct work *w, struct segment *s)
{
    struct edit e = {};
    struct flow_value *f = w->flow;
    if (!f)
        return TC_ACT_SHOT;
    __u64 now_ns = bpf_ktime_get_ns();
    bpf_spin_lock(&f->lock);
    __u32 step = flow_out(f, mode_now(&w->mode), s, now_ns, &e);
    bpf_spin_unlock(&f->lock);
    count_steps(step);
    if (step & STEP_DROP) {
        count(COUNT_fenced_out);
        return TC_ACT_SHOT;
    }
    if (step & STEP_OVER)
        count(COUNT_flow_reset_by_own);
    if ((step & STEP_REPORT) && is_strict(w->service))
        return report(skb, w->service, s, &e);
    if (step & (STEP_OVER | STEP_SWALLOW)) {
        count(COUNT_swallowed);
        return TC_ACT_STOLEN;
    }
    if (apply_edit(skb, s, &e)) {
        count(COUNT_rewrite_failed);
        return TC_ACT_SHOT;
    }
    count(COUNT_translated_out);
    return PASS;
}

CORAL_INLINE int perform_out(struct __sk_buff *skb, struct work *w, const struct flow_key *key,
                             struct segment *s, __u32 verdict)
{
    if (verdict & V_DROP) {
        count(COUNT_fenced_out);
        return TC_ACT_SHOT;
    }
    if ((verdict & V_FLOW) && w->flow)
        return flow_step_out(skb, w, s);
    if ((verdict & V_GUARD) && w->guard && is_strict(w->service))
        return guard_step_out(skb, w->guard, s, w->service->acknowledgement);
    if (verdict & V_BEGIN)
        note_syn_ack(key, s);
    if (verdict & V_SWALLOW) {
        count(COUNT_swallowed);
        return TC_ACT_STOLEN;
    }
    if ((verdict & V_TRACK) && w->local)
        track_local(w->local, s, 0);
    /* A replica's handshake is settled by what the client acknowledges, not by own output. */
    if ((verdict & V_SETTLE)
        && !(w->embryo && (w->embryo->flags & (EMBRYO_VIA_PEER | EMBRYO_REPLICA))))
        note_local(key, s->ack);
    return PASS;
}

/* True for the SYN-ACK of a connection that is not the one of the port's entry. */
CORAL_INLINE __u32 answers_anew(const struct work *w, const struct segment *s)
{
    __u32 mode = mode_now(&w->mode);
    if (mode != MODE_PRIMARY && mode != MODE_SIMPLEX)
        return 0;
    if (w->flow)
        return w->flow->state == FLOW_PROMOTED && s->seq != w->flow->own_isn;
    return w->local && distance(w->local->client_next, s->ack) > 0;
}

/* Own stack holds nothing of the connection that the entry was about. */
CORAL_INLINE __u32 forget(struct work *w, const struct flow_key *key)
{
    if (w->flow)
        bpf_map_delete_elem(&flows, key);
    else
        bpf_map_delete_elem(&locals, key);
    w->flow = 0;
    w->local = 0;
    count(COUNT_flow_reused);
    return CLASS_EMBRYONIC;
}

CORAL_INLINE int service_out(struct __sk_buff *skb, const struct ip_packet *ip,
                             const struct service_key *name, struct service_value *service)
{
    struct work w = {.service = service};
    struct segment s = {};
    struct flow_key key = {.service_address = name->address, .service_port = name->port,
                           .client_address = ip->target};
    count(COUNT_egress_segments);
    if (bpf_skb_load_bytes(skb, ip->l4 + 2, &key.client_port, 2) || parse_tcp(skb, ip, &s)
        || !mode_source(service->slot, &w.mode)) {
        count(COUNT_malformed);
        return TC_ACT_SHOT;
    }
    /* Before anything is noted: what is kept in was never said. */
    if (lease_over(&w.mode))
        return keep_in();
    if (skb->mark == PAID_MARK) {
        skb->mark = 0;
        return mode_now(&w.mode) == MODE_PRIMARY ? PASS : TC_ACT_SHOT;
    }
    __u32 class = classify(&w, &key, 0);
    if ((s.flags & (TCP_SYN | TCP_ACK)) == (TCP_SYN | TCP_ACK) && answers_anew(&w, &s))
        class = forget(&w, &key);
    return perform_out(skb, &w, &key, &s, verdict_out(mode_now(&w.mode), class, s.flags));
}

#endif
