/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The way of a client's packet into this host. */
#ifndef CORAL_INGRESS_H
#define CORAL_INGRESS_H

#include "conclude.h"
#include "handshake.h"
#include "packet.h"
#include "strict.h"
#include "verdict.h"

/* Everything about the packet at work. */
struct work {
    struct service_value *service;
    struct flow_value *flow;
    struct local_value *local;
    struct embryo_value *embryo;
    struct guard_value *guard;
    struct mode_source mode;
    __u32 from_peer;
};

/* Guards end with the mode; entries of an earlier connection of the port go when its SYN comes. */
CORAL_INLINE __u32 classify_guarded(struct work *w, const struct flow_key *key, __u32 flags)
{
    __u32 mode = mode_now(&w->mode);
    if (mode != MODE_PRIMARY && mode != MODE_SIMPLEX)
        return CLASS_UNKNOWN;
    w->guard = bpf_map_lookup_elem(&guarded, key);
    if (!w->guard)
        return CLASS_UNKNOWN;
    if (w->guard->closed_ns && IS_SYN(flags)) {
        bpf_map_delete_elem(&guarded, key);
        count(COUNT_guard_reused);
        return CLASS_UNKNOWN;
    }
    if (mode == MODE_PRIMARY)
        return CLASS_GUARDED;
    note_local(key, w->guard->client_next);
    w->local = bpf_map_lookup_elem(&locals, key);
    if (w->local) {
        w->local->flags = w->guard->flags & (FLOW_CLIENT_FIN | FLOW_OWN_FIN | FLOW_RESET);
        w->local->closed_ns = w->guard->closed_ns;
    }
    bpf_map_delete_elem(&guarded, key);
    return w->local ? CLASS_LOCAL : CLASS_UNKNOWN;
}

/* The entries of the flow; entries of an earlier connection of the port go when its SYN comes. */
CORAL_INLINE __u32 classify(struct work *w, const struct flow_key *key, __u32 flags)
{
    w->flow = bpf_map_lookup_elem(&flows, key);
    if (w->flow && w->flow->closed_ns && IS_SYN(flags)) {
        bpf_map_delete_elem(&flows, key);
        count(COUNT_flow_reused);
        w->flow = 0;
    }
    if (w->flow && w->flow->state == FLOW_OVER)
        return CLASS_OVER;
    if (w->flow)
        return w->flow->flags & FLOW_CLIENT_FIN ? CLASS_HALF_OPEN : CLASS_TRACKED;
    w->local = bpf_map_lookup_elem(&locals, key);
    if (w->local && w->local->closed_ns && IS_SYN(flags)) {
        bpf_map_delete_elem(&locals, key);
        count(COUNT_flow_reused);
        w->local = 0;
    }
    if (w->local)
        return CLASS_LOCAL;
    __u32 class = classify_guarded(w, key, flags);
    if (class != CLASS_UNKNOWN)
        return class;
    w->embryo = bpf_map_lookup_elem(&embryos, key);
    if (!w->embryo)
        return CLASS_UNKNOWN;
    return w->embryo->flags & EMBRYO_OVER_PEER ? CLASS_OPENING : CLASS_EMBRYONIC;
}

CORAL_INLINE void count_steps(__u32 step)
{
    if (step & STEP_PROMOTED)
        count(COUNT_flow_promoted);
    if (step & STEP_CLAMPED)
        count(COUNT_ack_clamped);
}

CORAL_INLINE int flow_step_in(struct __sk_buff *skb, struct work *w, struct segment *s)
{
    struct edit e = {};
    struct flow_value *f = w->flow;
    if (!f)
        return TC_ACT_SHOT;
    __u64 now_ns = bpf_ktime_get_ns();
    bpf_spin_lock(&f->lock);
    __u32 mode = mode_now(&w->mode);
    __u32 step = flow_in(f, mode, s, now_ns, &e);
    bpf_spin_unlock(&f->lock);
    count_steps(step);
    if (step & STEP_DROP) {
        count(COUNT_fenced_in);
        return TC_ACT_SHOT;
    }
    if (!e.bits)
        return PASS;
    if (apply_edit(skb, s, &e)) {
        count(COUNT_rewrite_failed);
        return TC_ACT_SHOT;
    }
    count(mode == MODE_BACKUP ? COUNT_rewritten_replica : COUNT_translated_in);
    return PASS;
}

/*
 * The client has closed an older connection of this port and opens it anew, while own stack still
 * holds the replica of the old one. The SYN is taken again after this packet, which becomes the
 * reset that ends the old replica.
 */
CORAL_INLINE int restart(struct __sk_buff *skb, struct work *w, const struct flow_key *key,
                         struct segment *s)
{
    struct edit e = {.bits = EDIT_SEQ};
    if (!w->flow)
        return TC_ACT_SHOT;
    e.seq = w->flow->client_next;
    bpf_map_delete_elem(&flows, key);
    count(COUNT_flow_restarted);
    if (bpf_clone_redirect(skb, skb->ifindex, BPF_F_INGRESS))
        return TC_ACT_SHOT;
    return apply_edit(skb, s, &e) || set_flags(skb, s, TCP_RST) ? TC_ACT_SHOT : PASS;
}

CORAL_INLINE int begin_in(struct work *w, const struct flow_key *key, struct segment *s)
{
    __u32 mode = mode_now(&w->mode);
    __u32 flags = mode == MODE_BACKUP ? EMBRYO_REPLICA : 0;
    if (mode == MODE_SIMPLEX && w->from_peer)
        flags = EMBRYO_VIA_PEER;
    if (mode == MODE_PRIMARY)
        flags = EMBRYO_GUARD;
    /* A repeated SYN: own stack may answer from what it has, with the number noted before. */
    if (!w->embryo || w->embryo->client_isn != s->seq
        || !(w->embryo->flags & (EMBRYO_REPLICA | (flags & EMBRYO_GUARD))))
        begin_embryo(key, s, flags);
    return PASS;
}

CORAL_INLINE int establish_in(struct __sk_buff *skb, struct work *w, const struct flow_key *key,
                              struct segment *s)
{
    struct embryo_value *e = w->embryo;
    if (!e || !(s->flags & TCP_ACK) || (s->flags & TCP_RST))
        return TC_ACT_SHOT;
    if (!(e->flags & EMBRYO_OWN_KNOWN)) {
        count(COUNT_embryo_not_ready);
        return TC_ACT_SHOT;
    }
    w->flow = establish(key, e, s, s->ack);
    if (w->flow)
        return flow_step_in(skb, w, s);
    bpf_map_delete_elem(&embryos, key); /* no room: from now on the primary is told */
    count(COUNT_forwarded_only);
    return TC_ACT_SHOT;
}

/*
 * Only the primary knows which number its SYN-ACK named: own stack gets what it sends back. Returns
 * the verdict that takes the place of V_COPY | V_ASK.
 */
CORAL_INLINE __u32 ask(struct work *w, const struct flow_key *key, const struct segment *s)
{
    struct embryo_value *e = w->embryo;
    if (!e || !(s->flags & TCP_ACK) || (s->flags & TCP_RST))
        return V_COPY;
    __u64 now_ns = bpf_ktime_get_ns();
    if (asked_in_vain(e, now_ns)) {
        bpf_map_delete_elem(&embryos, key);
        count(COUNT_handshake_unanswered);
        return V_COPY | V_KEEP_OUT;
    }
    note_question(e, s, now_ns);
    return V_COPY | V_ASK;
}

/*
 * The end of a handshake that both hosts have answered, at the primary, which alone can tell a guess
 * from an acknowledgement. If it acknowledges by itself, the note stays for further questions.
 */
CORAL_INLINE int guard_settle_in(struct __sk_buff *skb, struct work *w, const struct flow_key *key,
                                 struct segment *s)
{
    struct embryo_value *e = w->embryo;
    __u32 strict = is_strict(w->service);
    if (!e || (s->flags & TCP_RST) || !(s->flags & TCP_ACK) || !(e->flags & EMBRYO_OWN_KNOWN)
        || (!strict && !s->asks))
        return PASS;
    __u32 own_isn = e->own_isn;
    if (s->orphan) {
        count(COUNT_guard_released);
        bpf_map_delete_elem(&embryos, key);
        return PASS;
    }
    if (!handshake_plausible(e, s)) {
        count(COUNT_embryo_implausible);
        return PASS;
    }
    if (s->ack != own_isn + 1) {
        count(COUNT_handshake_refused);
        return PASS; /* own stack answers with a reset */
    }
    if (strict)
        guard_begin(key, e);
    return s->asks ? confirm(skb, w->service, s, own_isn) : PASS;
}

/* The end of a handshake that this host answers itself, or that the dead peer had answered. */
CORAL_INLINE int settle_in(struct __sk_buff *skb, struct work *w, const struct flow_key *key,
                           struct segment *s)
{
    struct embryo_value *e = w->embryo;
    if (e && (e->flags & EMBRYO_OVER_PEER) && mode_now(&w->mode) == MODE_PRIMARY)
        return guard_settle_in(skb, w, key, s);
    if (e && (e->flags & EMBRYO_VIA_PEER) && s->asks && w->from_peer
        && (e->flags & EMBRYO_OWN_KNOWN) && s->ack == e->own_isn + 1)
        return confirm(skb, w->service, s, e->own_isn);
    if (!e || (e->flags & EMBRYO_VIA_PEER) || (s->flags & TCP_RST) || !(s->flags & TCP_ACK)
        || !(e->flags & EMBRYO_OWN_KNOWN))
        return PASS;
    if (s->ack == e->own_isn + 1) {
        note_local(key, e->client_isn + 1);
        bpf_map_delete_elem(&embryos, key);
        return PASS;
    }
    if (!(e->flags & EMBRYO_REPLICA))
        return PASS;
    __u32 answered = s->asks && w->from_peer;
    w->flow = establish(key, e, s, answered ? s->ack : unconfirmed_first(e, s));
    return w->flow ? flow_step_in(skb, w, s) : PASS;
}

/* False for an acknowledgement that belongs to another connection of the port. */
CORAL_INLINE __u32 fits_handshake(const struct embryo_value *e, const struct segment *s)
{
    return !(s->flags & TCP_ACK) || (s->flags & TCP_RST) || handshake_plausible(e, s);
}

/* The marks are the pair's own: what a client says by them must not reach the peer. */
CORAL_INLINE int take_marks_off(struct __sk_buff *skb, struct segment *s)
{
    struct edit e = {.bits = EDIT_MARKS_CLEAR};
    if (!s->orphan && !s->asks)
        return 0;
    s->orphan = s->asks = 0;
    count(COUNT_unmarked);
    return apply_edit(skb, s, &e);
}

/* The copy for the peer, with the mark that it is to bear. 0, or -1: drop the packet. */
CORAL_INLINE int copy_in(struct __sk_buff *skb, struct work *w, struct segment *s, __u32 verdict)
{
    if (take_marks_off(skb, s))
        return -1;
    if ((verdict & V_KEEP_OUT) && is_strict(w->service))
        mark_orphan(skb, s);
    if (verdict & V_ASK)
        mark_question(skb, s);
    copy_to_peer(skb, w->service);
    return 0;
}

CORAL_INLINE int perform_in(struct __sk_buff *skb, struct work *w, const struct flow_key *key,
                            struct segment *s, __u32 verdict)
{
    if (verdict & V_DROP) {
        count(COUNT_fenced_in);
        return TC_ACT_SHOT;
    }
    if (verdict & V_RESTART)
        return restart(skb, w, key, s);
    if (verdict & V_CONCLUDE)
        return conclude(skb, s);
    if (verdict & V_DETOUR)
        return take_marks_off(skb, s) ? TC_ACT_SHOT : detour_to_peer(skb, w->service);
    if (w->service->acknowledgement == ACKNOWLEDGE_WINDOW && (verdict & V_COPY)
        && (verdict & V_FLOW) && w->flow && beyond_own_window(w->flow, s)) {
        count(COUNT_beyond_own_window);
        return TC_ACT_SHOT;
    }
    if ((verdict & (V_ASK | V_ESTABLISH)) && w->embryo && !fits_handshake(w->embryo, s)) {
        count(COUNT_embryo_implausible);
        verdict = (verdict & V_COPY) | V_KEEP_OUT; /* not of this handshake: the primary is told */
    }
    if (verdict & V_ASK)
        verdict = ask(w, key, s);
    if ((verdict & V_COPY) && copy_in(skb, w, s, verdict))
        return TC_ACT_SHOT;
    if (verdict & V_KEEP_OUT)
        count(COUNT_forwarded_only);
    if (verdict & (V_KEEP_OUT | V_ASK))
        return TC_ACT_SHOT;
    if (verdict & V_BEGIN)
        return begin_in(w, key, s);
    if ((verdict & V_GUARD) && w->guard)
        return guard_step_in(skb, w->service, w->guard, key, s);
    if (verdict & V_ESTABLISH)
        return establish_in(skb, w, key, s);
    if (verdict & V_SETTLE)
        return settle_in(skb, w, key, s);
    if ((verdict & V_TRACK) && w->local)
        track_local(w->local, s, 1);
    return verdict & V_FLOW ? flow_step_in(skb, w, s) : PASS;
}

/*
 * A SYN may open a connection that is newer than the entry of its port, or be a late repetition of
 * the entry's own, which is older than what was seen since. The entry itself goes when own stack
 * agrees, with its SYN-ACK.
 */
CORAL_INLINE __u32 class_of_syn(const struct work *w, const struct segment *s, __u32 class)
{
    __u32 mode = mode_now(&w->mode);
    if (w->flow && mode == MODE_BACKUP)
        return class == CLASS_HALF_OPEN && distance(w->flow->client_next, s->seq) <= 0
            ? CLASS_TRACKED : class;
    if (mode != MODE_PRIMARY && mode != MODE_SIMPLEX)
        return class;
    if (w->flow && w->flow->state == FLOW_PROMOTED)
        return distance(w->flow->client_next, s->seq) > 0 ? CLASS_UNKNOWN : class;
    return w->local && distance(w->local->client_next, s->seq) > 0 ? CLASS_UNKNOWN : class;
}

CORAL_INLINE int service_in(struct __sk_buff *skb, const struct ip_packet *ip,
                            const struct service_key *name, struct service_value *service,
                            const __u8 *source_mac)
{
    struct work w = {.service = service};
    struct segment s = {};
    struct flow_key key = {.service_address = name->address, .service_port = name->port,
                           .client_address = ip->source};
    count(COUNT_ingress_segments);
    if (bpf_skb_load_bytes(skb, ip->l4, &key.client_port, 2) || parse_tcp(skb, ip, &s)
        || !mode_source(service->slot, &w.mode)) {
        count(COUNT_malformed);
        return TC_ACT_SHOT;
    }
    if (!intact(skb, ip)) {
        count(COUNT_corrupt_dropped);
        return TC_ACT_SHOT;
    }
    w.from_peer = service->peer_known && same_mac(source_mac, service->peer_mac);
    if (w.from_peer)
        count(COUNT_from_peer);
    __u32 class = classify(&w, &key, s.flags);
    if (IS_SYN(s.flags))
        class = class_of_syn(&w, &s, class);
    __u32 verdict = verdict_in(mode_now(&w.mode), class, s.flags, w.from_peer, s.asks);
    return perform_in(skb, &w, &key, &s, verdict);
}

#endif
